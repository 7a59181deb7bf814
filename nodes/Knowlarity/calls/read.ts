import type { KnowlarityClient } from '../transport/client';
import { writeTime } from './times';
import type { RawCall } from './types';

/** Which calls: those that began from `since` until `until`, in milliseconds since 1970. */
export interface Window {
  since: number;
  until: number;
}

/** What the log itself narrows a list to, by its own names of filters. */
export type Filters = Partial<Record<'call_type' | 'agent_number' | 'knowlarity_number' | 'customer_number', string>>;

/** Calls of a page: more are not given. */
const PAGE_SIZE = 100;

/** The calls of a window, page by page, by offset until all that the log counts are read; where it does not count, until a page is empty or comes again. */
export async function* callsOf(
  client: KnowlarityClient,
  { since, until }: Window,
  { filters = {}, timeZone }: { filters?: Filters; timeZone: string },
): AsyncGenerator<RawCall[]> {
  const query = { ...filters, start_time: writeTime(since, timeZone), end_time: writeTime(until, timeZone) };
  let before = '';
  for (let offset = 0; ;) {
    const { calls, total } = await client.callLog({ ...query, limit: PAGE_SIZE, offset });
    const page = JSON.stringify(calls);
    if (calls.length === 0 || page === before) return;
    yield calls;
    before = page;
    offset += calls.length;
    if (total !== null && offset >= total) return;
  }
}
