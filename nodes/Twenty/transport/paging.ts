import { unwrap, type TwentyClient } from './client';
import { findManyDocument } from './documents';
import { TwentyError } from './failures';
import type { ObjectNames } from './metadata';

export type RecordFilter = Record<string, unknown>;

/** A record as GraphQL gives it: always with its id. */
export interface TwentyNode {
  id: string;
  [field: string]: unknown;
}

export interface PageRequest {
  object: ObjectNames;
  /** What goes between the braces of `node{…}`. */
  selection: string;
  filter?: RecordFilter;
  /** Where the last page ended; null for the first. */
  position: string | null;
  /** Records asked for; the server may give fewer. */
  pageSize: number;
}

export interface Page<T extends TwentyNode = TwentyNode> {
  records: T[];
  hasNext: boolean;
  /** Where to read on; null on an empty page. */
  position: string | null;
  date: string | null;
  bytes: number;
}

interface Connection<T> {
  edges: Array<{ node: T }>;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Lets a filter see live and deleted records together: Twenty hides the deleted until a filter names `deletedAt`. */
export const LIVE_AND_DELETED: RecordFilter = {
  or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }],
};

/**
 * One page, ordered by id. Never by `updatedAt`: Twenty orders by microseconds and filters by milliseconds, so paging
 * by it loses rows.
 * @throws TwentyError when the call failed, or when the server would read the same place again
 */
export async function readPage<T extends TwentyNode>(client: TwentyClient, request: PageRequest): Promise<Page<T>> {
  const { object, selection, filter, position, pageSize } = request;
  const { root, document } = findManyDocument(object, selection);
  const answer = await client.graphql<Connection<T>>(root, {
    document,
    variables: { filter, orderBy: [{ id: 'AscNullsFirst' }], first: pageSize, after: position ?? undefined },
  });
  const { edges, pageInfo } = unwrap(answer);
  const { date, bytes } = answer.ok ? answer : { date: null, bytes: 0 };
  const page: Page<T> = {
    records: edges.map((edge) => edge.node),
    hasNext: pageInfo.hasNextPage,
    position: pageInfo.endCursor,
    date,
    bytes,
  };
  if (page.hasNext && (page.position === null || page.position === position)) throw notMoving(object);
  return page;
}

/**
 * All pages, one after the other, trusting `hasNextPage` and nothing else about their size.
 * @throws TwentyError when a page brings only records that earlier pages had
 */
export async function* readPages<T extends TwentyNode>(
  client: TwentyClient,
  request: PageRequest,
): AsyncGenerator<Page<T>, void, undefined> {
  let position = request.position;
  let lastId = '';
  const passed = new Set<string>();
  for (;;) {
    const page = await readPage<T>(client, { ...request, position });
    const highest = page.records.at(-1)?.id ?? lastId;
    if (page.position !== null && passed.has(page.position)) throw notMoving(request.object);
    if (page.records.length > 0 && highest === lastId) throw notMoving(request.object);
    yield page;
    if (!page.hasNext) return;
    if (page.position !== null) passed.add(page.position);
    lastId = highest;
    position = page.position;
  }
}

function notMoving(object: ObjectNames): TwentyError {
  return new TwentyError({
    category: 'server',
    outcome: 'refused',
    detail: `a page of ${object.namePlural} came again instead of the next one, as from a proxy that keeps answers`,
    httpStatus: 200,
  });
}
