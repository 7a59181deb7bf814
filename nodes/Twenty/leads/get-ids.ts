import type { TwentyClient } from '../transport/client';
import type { ObjectNames } from '../transport/metadata';
import {
  LIVE_AND_DELETED,
  readPage,
  readPages,
  type Page,
  type PageRequest,
  type TwentyNode,
} from '../transport/paging';
import { rangeConditions, type IdRange } from './id-range';

/** Records a page: only ids and times, so that 5,000 are about half a megabyte. */
export const IDS_PAGE_SIZE = 5_000;

const SELECTION = 'id createdAt updatedAt deletedAt';

interface TimedNode extends TwentyNode {
  createdAt: string;
  updatedAt: string;
  /** `null` while the record lives. */
  deletedAt: string | null;
}

/** `[id, createdAt, updatedAt, deletedAt]`: without names, because thousands go on to the database in one request. */
export type TimedId = [id: string, createdAt: string, updatedAt: string, deletedAt: string | null];

export interface IdsRequest {
  /** Where to read on; null for the first page. */
  position: string | null;
  pageSize: number;
  /** What of all ids is read; all of them without it. */
  range?: IdRange | null;
}

/** One page of ids, as docs/data-contract.md describes it. */
export interface IdsPage {
  records: TimedId[];
  page: { after: string | null; position: string | null; has_next: boolean; range?: IdRange };
  /** Rate tokens that this page cost. */
  calls: number;
  /** Bytes of the answer. */
  bytes: number;
}

/** Reads one page of an object's ids and times in order of id, tombstones included. */
export async function getIdsPage(client: TwentyClient, object: ObjectNames, request: IdsRequest): Promise<IdsPage> {
  const callsBefore = client.calls;
  const page = await readPage<TimedNode>(client, pageRequest(object, request));
  return {
    records: timedIds(page),
    page: {
      after: request.position,
      position: page.position ?? request.position,
      has_next: page.hasNext,
      ...(request.range ? { range: request.range } : {}),
    },
    calls: client.calls - callsBefore,
    bytes: page.bytes,
  };
}

/** Reads the ids and times of all records of an object, page after page. */
export async function* getAllIds(
  client: TwentyClient,
  object: ObjectNames,
  pageSize: number,
): AsyncGenerator<TimedId[], void, undefined> {
  for await (const page of readPages<TimedNode>(client, pageRequest(object, { position: null, pageSize }))) {
    yield timedIds(page);
  }
}

function pageRequest(object: ObjectNames, { position, pageSize, range }: IdsRequest): PageRequest {
  const filter = range ? { and: [...rangeConditions(range), LIVE_AND_DELETED] } : { ...LIVE_AND_DELETED };
  return { object, selection: SELECTION, filter, position, pageSize };
}

function timedIds({ records }: Page<TimedNode>): TimedId[] {
  return records.map(({ id, createdAt, updatedAt, deletedAt }) => [id, createdAt, updatedAt, deletedAt]);
}
