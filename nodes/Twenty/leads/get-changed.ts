import { recordToSnapshot, type ApiRecord, type Snapshot } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { TwentyError } from '../transport/failures';
import {
  LIVE_AND_DELETED,
  readPage,
  readPages,
  type Page,
  type PageRequest,
  type TwentyNode,
} from '../transport/paging';
import { scopeOfAnswer } from './lost-fields';
import type { LeadScope } from './scope';

export interface ChangedWindow {
  /** ISO 8601; null reads everything. */
  updatedSince: string | null;
  /** The window's upper bound, where an earlier page fixed it. */
  until: string | null;
  /** Where to read on; null for the window's first page. */
  position: string | null;
  pageSize: number;
}

/** One page of changed records, as docs/data-contract.md describes it. */
export interface ChangedPage {
  leads: Snapshot[];
  page: { from: string | null; until: string; position: string | null; has_next: boolean };
  missing_fields: string[];
  /** Rate tokens that this page cost. */
  calls: number;
  /** Bytes of the answer. */
  bytes: number;
}

/** Reads one page of the window, tombstones included. */
export async function getChangedPage(
  client: TwentyClient,
  scope: LeadScope,
  window: ChangedWindow,
): Promise<ChangedPage> {
  const callsBefore = client.calls;
  const page = await readPage(client, pageRequest(scope, window));
  const known = await scopeOfAnswer(client, scope, page.records);
  return toChangedPage(known, window, page, client.calls - callsBefore);
}

/** Reads the window to its end, page after page; all pages carry the bound of the first. */
export async function* getChangedPages(
  client: TwentyClient,
  scope: LeadScope,
  window: ChangedWindow,
): AsyncGenerator<ChangedPage, void, undefined> {
  let callsBefore = client.calls;
  let { until } = window;
  for await (const page of readPages(client, pageRequest(scope, window))) {
    const known = await scopeOfAnswer(client, scope, page.records);
    const changed = toChangedPage(known, { ...window, until }, page, client.calls - callsBefore);
    callsBefore = client.calls;
    ({ until } = changed.page);
    yield changed;
  }
}

function pageRequest(scope: LeadScope, { updatedSince, position, pageSize }: ChangedWindow): PageRequest {
  const { object, selection } = scope;
  const filter = updatedSince
    ? { and: [{ updatedAt: { gte: updatedSince } }, LIVE_AND_DELETED] }
    : { ...LIVE_AND_DELETED };
  return { object, selection, filter, position, pageSize };
}

function toChangedPage(scope: LeadScope, window: ChangedWindow, page: Page<TwentyNode>, calls: number): ChangedPage {
  const { mapping, missing } = scope;
  return {
    leads: page.records.map((record) => recordToSnapshot(record as ApiRecord, mapping, { missing })),
    page: {
      from: window.updatedSince,
      until: window.until ?? boundFrom(page.date),
      position: page.position ?? window.position,
      has_next: page.hasNext,
    },
    missing_fields: missing,
    calls,
    bytes: page.bytes,
  };
}

/**
 * The server's own clock when the window was first read. Never a record's `updatedAt`: clients can set it years ahead,
 * and everything after it would be lost.
 */
export function boundFrom(date: string | null): string {
  const time = date === null ? NaN : Date.parse(date);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new TwentyError({
    category: 'server',
    outcome: 'refused',
    detail: 'the answer carries no Date header, which bounds the window; a proxy before Twenty takes it away',
    httpStatus: 200,
  });
}
