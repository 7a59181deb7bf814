import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { readPage, type RecordFilter, type TwentyNode } from '../transport/paging';
import { connect } from '../transport/n8n-client';
import { readObject, readObjects, type ObjectMetadata } from '../transport/metadata';
import { objectChoices } from './object-choices';
import { partsOf } from '../records/field-types';
import { selectionAt, textAt } from '../records/holders';
import { asNodeError } from '../transport/errors';

const RECORDS_SHOWN = 50;

/** Objects of the workspace, people, companies and other business objects before the system's own. */
export async function searchObjects(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  return await asNodeError(this, async () => {
    const objects = await readObjects(await connect(this));
    const wanted = (filter ?? '').toLowerCase();
    const matching = objects.filter(({ labelSingular, nameSingular }) =>
      `${labelSingular} ${nameSingular}`.toLowerCase().includes(wanted),
    );
    return { results: objectChoices(matching) };
  });
}

/** Records of the chosen object by the field that Twenty shows as their title. */
export async function searchRecords(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const name = this.getCurrentNodeParameter('object', { extractValue: true });
  return await searchTitles(this, String(name ?? 'person'), filter, paginationToken);
}

/** Members of the workspace by name. */
export async function searchMembers(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  return await searchTitles(this, 'workspaceMember', filter, paginationToken);
}

async function searchTitles(
  context: ILoadOptionsFunctions,
  name: string,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  return await asNodeError(context, async () => {
    const client = await connect(context);
    const object = await readObject(client, name);
    const paths = titlePaths(object);
    const page = await readPage(client, {
      object,
      selection: titleSelection(paths),
      filter: filter ? { or: paths.map((path) => titleFilter(path, filter)) } : undefined,
      position: paginationToken ?? null,
      pageSize: RECORDS_SHOWN,
    });
    return {
      results: page.records.map((record) => ({ name: titleOf(record, paths), value: record.id })),
      paginationToken: page.hasNext && page.position !== null ? page.position : undefined,
    };
  });
}

/** The paths of the title: `name.firstName` and `name.lastName` of a person, `name` of a company, `title` of a task. */
function titlePaths(object: ObjectMetadata): string[] {
  const field = object.fields.find(({ id }) => id === object.labelIdentifierFieldMetadataId);
  if (!field) return [];
  const parts = partsOf(field);
  return parts === null ? [field.name] : parts.slice(0, 2).map((part) => `${field.name}.${part}`);
}

function titleSelection(paths: readonly string[]): string {
  const roots = new Set(paths.map((path) => path.split('.')[0]));
  const selections = [...roots].map((root) => {
    const parts = paths.filter((path) => path.startsWith(`${root}.`)).map((path) => path.split('.')[1]);
    return parts.length > 0 ? `${root}{${parts.join(' ')}}` : selectionAt(root);
  });
  return ['id', ...selections].join(' ');
}

function titleFilter(path: string, text: string): RecordFilter {
  const [root, part] = path.split('.');
  const condition = { ilike: `%${text.replace(/[\\%_]/g, '\\$&')}%` };
  return part === undefined ? { [root]: condition } : { [root]: { [part]: condition } };
}

function titleOf(record: TwentyNode, paths: readonly string[]): string {
  const words = paths.map((path) => textAt(record, path)).filter((text) => text !== null);
  return words.join(' ') || record.id;
}
