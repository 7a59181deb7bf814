import { eachItem, type Item, type Output } from '../../frame';
import { mergeArguments, mergeFields } from '../../SupabaseLeads/actions/duplicate/merge-fields';
import { mergeInTwenty, type Merge } from '../loops/merges';
import { connectMerging } from '../n8n-ports';
import { callSettings, type Operation } from './whole-run';

/** Two leads become one, here and in Twenty. */
export const mergeDuplicate: Operation = {
  name: 'Merge Duplicate',
  action: 'Merge two leads',
  description: 'Make two leads one, in Supabase and in Twenty',
  fields: mergeFields,
  afterFailure: 'What is not done of the merge, the next push does.',
  execute: eachItem(async (item) => await merged(item)),
};

async function merged(item: Item): Promise<Output> {
  const args = mergeArguments(item);
  const ports = await connectMerging(item.context, item.index, callSettings(item));
  const claimedAt = ports.control.now();
  const merge = await ports.store.rpc<Merge>('merge_leads', args);
  const { people, ...state } = await mergeInTwenty(ports, merge, claimedAt);
  return people === null ? { ...state } : { ...state, waits: true };
}
