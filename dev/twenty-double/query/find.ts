import { badRequest } from '../errors';
import type { Json, JsonObject } from '../json';
import type { StoredRecord } from '../records/stored-record';
import type { Table } from '../records/table';
import { candidateIds } from './candidates';
import { afterCursor, decodeCursor, encodeCursor } from './cursor';
import { FilterCompiler, namesDeletedAt, type Predicate } from './filter';
import { compareRecords, isById, readOrder, type OrderTerm } from './order';

export interface FindOptions {
  filter?: JsonObject;
  orderBy?: Json;
  limit: number;
  after?: string;
  before?: string;
}

export interface Page {
  records: StoredRecord[];
  terms: OrderTerm[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  /** Counts every row that the filter lets through, whatever the page; only done when somebody asks. */
  totalCount: () => number;
}

export class Finder {
  constructor(
    private readonly table: Table,
    private readonly tableOf: (name: string) => Table,
  ) {}

  /** Rows that a filter lets through, in id order; rows in the bin only when it names `deletedAt` or when asked for. */
  *matching(filter: JsonObject, withDeleted = false): Generator<StoredRecord> {
    const accepts = this.predicate(filter, withDeleted);
    for (const record of this.scan(candidateIds(this.table, filter), 0)) {
      if (accepts(record)) yield record;
    }
  }

  page(options: FindOptions): Page {
    const { after, before, filter = {}, limit } = options;
    if (after !== undefined && before !== undefined) {
      throw badRequest('Cannot provide both before and after', 'INVALID_CURSOR');
    }
    const terms = readOrder(this.table.object, options.orderBy);
    const accepts = this.predicate(filter, false);
    const backward = before !== undefined;
    const found = this.collect(filter, accepts, terms, limit, after ?? before, backward);
    const more = found.length > limit;
    const records = found.slice(0, limit);
    const ends = [records[0], records.at(-1)].map((record) =>
      record === undefined ? null : encodeCursor(record, terms),
    );
    return {
      records: backward ? records.reverse() : records,
      terms,
      pageInfo: {
        startCursor: ends[0],
        endCursor: ends[1],
        hasNextPage: more && !backward,
        hasPreviousPage: more && backward,
      },
      totalCount: () => this.count(filter, accepts),
    };
  }

  /** One row more than the page holds tells whether there is a next page. */
  private collect(
    filter: JsonObject,
    accepts: Predicate,
    terms: OrderTerm[],
    limit: number,
    cursor: string | undefined,
    backward: boolean,
  ): StoredRecord[] {
    const place = cursor === undefined ? undefined : decodeCursor(cursor);
    const candidates = candidateIds(this.table, filter);
    const records: StoredRecord[] = [];
    if (isById(terms) && !backward) {
      const ids = candidates ?? this.table.idsInOrder();
      for (const record of this.scan(ids, place === undefined ? 0 : firstAfter(ids, String(place.id)))) {
        if (!accepts(record)) continue;
        records.push(record);
        if (records.length > limit) break;
      }
      return records;
    }
    const follows = place === undefined ? undefined : afterCursor(place, terms, backward);
    for (const record of this.scan(candidates, 0)) {
      if (accepts(record) && (follows === undefined || follows(record))) records.push(record);
    }
    const compare = compareRecords(terms);
    records.sort(backward ? (left, right) => compare(right, left) : compare);
    return records.slice(0, limit + 1);
  }

  private predicate(filter: JsonObject, withDeleted: boolean): Predicate {
    const accepts = new FilterCompiler(this.table.object, this.tableOf).compile(filter);
    if (withDeleted || namesDeletedAt(filter)) return accepts;
    return (record) => record.deletedAt === null && accepts(record);
  }

  private count(filter: JsonObject, accepts: Predicate): number {
    let total = 0;
    for (const record of this.scan(candidateIds(this.table, filter), 0)) if (accepts(record)) total += 1;
    return total;
  }

  private *scan(ids: readonly string[] | undefined, from: number): Generator<StoredRecord> {
    const list = ids ?? this.table.idsInOrder();
    for (let index = from; index < list.length; index += 1) {
      const record = this.table.get(list[index]);
      if (record !== undefined) yield record;
    }
  }
}

/** Index of the first id that is greater. */
function firstAfter(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle] <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
