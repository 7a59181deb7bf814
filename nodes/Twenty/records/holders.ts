import { isFilterable } from '../../lead';
import { DEFAULT_PAGE_SIZE } from './limits';
import type { TwentyClient } from '../transport/client';
import type { ObjectNames } from '../transport/metadata';
import { LIVE_AND_DELETED, readPages, type RecordFilter, type TwentyNode } from '../transport/paging';
import type { UniqueValue } from './batch-plan';

/** What to look for: records with one of these ids, or with one of these unique values. */
export interface Sought {
  ids: readonly string[];
  values: readonly UniqueValue[];
}

/**
 * The records, deleted ones included, that have one of the ids or unique values: one call for a few hundred of both.
 * A record that matches twice comes once. Ids that Twenty's filters do not take find nothing.
 */
export async function findHolders(
  client: TwentyClient,
  object: ObjectNames,
  selection: string,
  sought: Sought,
): Promise<TwentyNode[]> {
  const conditions: RecordFilter[] = [];
  const ids = [...new Set(sought.ids)].filter(isFilterable);
  if (ids.length > 0) conditions.push({ id: { in: ids } });
  for (const [path, values] of byPath(sought.values)) conditions.push(filterAt(path, { in: [...values] }));
  if (conditions.length === 0) return [];
  const filter = { and: [conditions.length === 1 ? conditions[0] : { or: conditions }, LIVE_AND_DELETED] };
  const found = new Map<string, TwentyNode>();
  const pageSize = Math.max(DEFAULT_PAGE_SIZE, sought.ids.length + sought.values.length);
  for await (const page of readPages(client, { object, selection, filter, position: null, pageSize })) {
    for (const record of page.records) found.set(record.id, record);
  }
  return [...found.values()];
}

/** A condition on a field or on a composite's part: `emails.primaryEmail` becomes `{emails: {primaryEmail: …}}`. */
export function filterAt(path: string, condition: RecordFilter): RecordFilter {
  return path
    .split('.')
    .reverse()
    .reduce<RecordFilter>((inner, name) => ({ [name]: inner }), condition);
}

/** The text at a path of a record; null where there is none. */
export function textAt(record: Record<string, unknown>, path: string): string | null {
  const value = keyAt(record, path);
  return typeof value === 'string' ? value : null;
}

/** What a record can be known by at a path, a text or a number; null where there is neither. */
export function keyAt(record: Record<string, unknown>, path: string): string | number | null {
  let value: unknown = record;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The GraphQL selection of a path: `emails.primaryEmail` becomes `emails{primaryEmail}`. */
export function selectionAt(path: string): string {
  const names = path.split('.');
  return names.join('{') + '}'.repeat(names.length - 1);
}

function byPath(values: readonly UniqueValue[]): Map<string, Set<UniqueValue['value']>> {
  const paths = new Map<string, Set<UniqueValue['value']>>();
  for (const { path, value } of values) paths.set(path, (paths.get(path) ?? new Set()).add(value));
  return paths;
}
