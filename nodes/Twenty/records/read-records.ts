import type { TwentyClient } from '../transport/client';
import type { ObjectMetadata } from '../transport/metadata';
import { LIVE_AND_DELETED, readPages, type RecordFilter, type TwentyNode } from '../transport/paging';
import { fullSelection } from './field-types';
import { filterAt } from './holders';
import { DEFAULT_PAGE_SIZE } from './limits';

/** One condition on a field: `{field: 'emails.primaryEmail', operator: 'eq', value: 'ada@example.com'}`. */
export interface Condition {
  field: string;
  operator: string;
  value: unknown;
}

export interface ReadSettings {
  conditions: readonly Condition[];
  includeDeleted: boolean;
  /** Records to read at most; Infinity for all. */
  limit: number;
}

/** Records of an object that meet all conditions, ordered by id, page after page until the limit. */
export async function* readRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  { conditions, includeDeleted, limit }: ReadSettings,
): AsyncGenerator<TwentyNode, void, undefined> {
  const filters = conditions.map(toFilter);
  if (includeDeleted) filters.push(LIVE_AND_DELETED);
  const filter = filters.length > 0 ? { and: filters } : undefined;
  const pageSize = Math.min(limit, DEFAULT_PAGE_SIZE);
  const pages = readPages(client, { object, selection: fullSelection(object), filter, position: null, pageSize });
  let left = limit;
  for await (const page of pages) {
    yield* page.records.slice(0, left);
    left -= page.records.length;
    if (left <= 0) return;
  }
}

function toFilter({ field, operator, value }: Condition): RecordFilter {
  if (operator === 'isEmpty') return filterAt(field, { is: 'NULL' });
  if (operator === 'isNotEmpty') return filterAt(field, { is: 'NOT_NULL' });
  if (operator === 'in') {
    const values = Array.isArray(value) ? value : String(value).split(',');
    return filterAt(field, { in: values.map((entry: unknown) => (typeof entry === 'string' ? entry.trim() : entry)) });
  }
  return filterAt(field, { [operator]: value });
}
