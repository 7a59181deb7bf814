import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { searchObjects } from '../../Twenty/methods/list-search';

/** The object that leads are, which the database's settings name. */
export const LEADS = { name: 'Leads', value: '' };

/** What can be kept the same: leads, then the other objects of the workspace. */
export async function searchSyncedObjects(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { results } = await searchObjects.call(this, filter);
  const others = results.filter(({ value }) => value !== 'person');
  const isAsked = LEADS.name.toLowerCase().includes((filter ?? '').toLowerCase());
  return { results: isAsked ? [LEADS, ...others] : others };
}
