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
  /** Every row that the filter lets through, whatever the page; only looked for when somebody asks. */
  all: () => StoredRecord[];
}

export class Finder {
  constructor(
    private readonly table: Table,
    private readonly tableOf: (name: string) => Table,
  ) {}

  /** Rows that a filter lets through, in id order; rows in the bin only when it names `deletedAt` or when asked for. */
  matching(filter: JsonObject, withDeleted = false): StoredRecord[] {
    return this.scan(candidateIds(this.table, filter), this.predicate(filter, withDeleted));
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
      all: once(() => this.scan(candidateIds(this.table, filter), accepts)),
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
    if (isById(terms) && !backward) {
      const ids = candidates ?? this.table.idsInOrder();
      const start = place === undefined ? 0 : firstAfter(ids, String(place.id));
      return this.scan(ids, accepts, start, limit + 1);
    }
    const follows = place === undefined ? undefined : afterCursor(place, terms, backward);
    const wanted: Predicate = follows === undefined ? accepts : (record) => accepts(record) && follows(record);
    const compare = compareRecords(terms);
    const records = this.scan(candidates, wanted).sort(backward ? (left, right) => compare(right, left) : compare);
    return records.slice(0, limit + 1);
  }

  private predicate(filter: JsonObject, withDeleted: boolean): Predicate {
    const accepts = new FilterCompiler(this.table.object, this.tableOf).compile(filter);
    if (withDeleted || namesDeletedAt(filter)) return accepts;
    return (record) => record.deletedAt === null && accepts(record);
  }

  private scan(
    candidates: readonly string[] | undefined,
    accepts: Predicate,
    start = 0,
    most = Number.MAX_SAFE_INTEGER,
  ): StoredRecord[] {
    const ids = candidates ?? this.table.idsInOrder();
    const found: StoredRecord[] = [];
    for (let index = start; index < ids.length && found.length < most; index += 1) {
      const record = this.table.get(ids[index]);
      if (record !== undefined && accepts(record)) found.push(record);
    }
    return found;
  }
}

/** Works something out when it is first asked for, and once: a million rows have several aggregates. */
function once<T>(work: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: work() }).value;
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
