import type { TwentyClient } from '../transport/client';
import type { ObjectMetadata } from '../transport/metadata';
import { LIVE_AND_DELETED, readPages, type TwentyNode } from '../transport/paging';
import { conditionFilter, type Condition } from './conditions';
import { fullSelection } from './field-types';
import { DEFAULT_PAGE_SIZE } from './limits';

export interface ReadSettings {
  conditions: readonly Condition[];
  includeDeleted: boolean;
  /** Records to read at most; Infinity for all. */
  limit: number;
}

/**
 * Records of an object that meet all conditions, ordered by id, page after page until the limit.
 * @throws InputError for a condition that the field's type does not allow
 */
export async function* readRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  { conditions, includeDeleted, limit }: ReadSettings,
): AsyncGenerator<TwentyNode, void, undefined> {
  const filters = conditions.map((condition) => conditionFilter(object, condition));
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
