import { aside } from '../../runs/aside';
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

/** A page of which all but its leads is known: they are being made of what was read. */
export type AnsweredPage = Omit<ChangedPage, 'leads'> & { leads: Promise<Snapshot[]> };

/** Records that become leads before other work gets its turn: a few milliseconds. */
const RECORDS_A_TURN = 50;

/** Reads one page of the window, tombstones included. */
export async function getChangedPage(
  client: TwentyClient,
  scope: LeadScope,
  window: ChangedWindow,
): Promise<ChangedPage> {
  const page = await answeredPage(client, scope, window);
  return { ...page, leads: await page.leads };
}

/** The same, as soon as Twenty has answered: the next page can be asked for while the leads of this one are made. */
export async function answeredPage(
  client: TwentyClient,
  scope: LeadScope,
  window: ChangedWindow,
): Promise<AnsweredPage> {
  const callsBefore = client.calls;
  const page = await readPage(client, pageRequest(scope, window));
  const known = await scopeOfAnswer(client, scope, page.records);
  return toAnsweredPage(client, known, window, page, client.calls - callsBefore);
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
    const changed = toAnsweredPage(client, known, { ...window, until }, page, client.calls - callsBefore);
    callsBefore = client.calls;
    ({ until } = changed.page);
    yield { ...changed, leads: await changed.leads };
  }
}

function pageRequest(scope: LeadScope, { updatedSince, position, pageSize }: ChangedWindow): PageRequest {
  const { object, selection } = scope;
  const filter = updatedSince
    ? { and: [{ updatedAt: { gte: updatedSince } }, LIVE_AND_DELETED] }
    : { ...LIVE_AND_DELETED };
  return { object, selection, filter, position, pageSize };
}

function toAnsweredPage(
  client: TwentyClient,
  scope: LeadScope,
  window: ChangedWindow,
  page: Page<TwentyNode>,
  calls: number,
): AnsweredPage {
  return {
    leads: aside(toLeads(client, scope, page.records)),
    page: {
      from: window.updatedSince,
      until: window.until ?? boundFrom(page.date),
      position: page.position ?? window.position,
      has_next: page.hasNext,
    },
    missing_fields: scope.missing,
    calls,
    bytes: page.bytes,
  };
}

async function toLeads(client: TwentyClient, scope: LeadScope, records: readonly TwentyNode[]): Promise<Snapshot[]> {
  const { mapping, missing } = scope;
  const leads: Snapshot[] = [];
  for (const record of records) {
    if (leads.length > 0 && leads.length % RECORDS_A_TURN === 0) await client.clock.sleep(0);
    leads.push(recordToSnapshot(record as ApiRecord, mapping, { missing }));
  }
  return leads;
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
