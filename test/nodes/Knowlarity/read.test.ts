import { callsOf } from '../../../nodes/Knowlarity/calls/read';
import { KnowlarityClient, type Query } from '../../../nodes/Knowlarity/transport/client';

/** What is read of a log that answers as told, and at which offsets it was asked. */
async function read(answer: (offset: number) => object): Promise<{ calls: unknown[]; queries: Query[] }> {
  const queries: Query[] = [];
  const client = new KnowlarityClient({
    send: (query) => {
      queries.push(query);
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(answer(Number(query.offset))) });
    },
    now: () => 0,
    sleep: () => Promise.resolve(),
    log: () => undefined,
    maxWaitMs: 0,
  });
  const window = { since: Date.parse('2026-11-20T10:00:00Z'), until: Date.parse('2026-11-20T11:00:00Z') };
  const calls: unknown[] = [];
  const filters = { agent_number: '+919800000001' };
  for await (const page of callsOf(client, window, { filters, timeZone: 'Asia/Kolkata' })) calls.push(...page);
  return { calls, queries };
}

const call = (n: number) => ({ uuid: String(n) });
const LOG = Array.from({ length: 7 }, (_, n) => call(n));

test('all pages are read, also where the log gives fewer calls of a page than were asked for', async () => {
  const { calls, queries } = await read((offset) => ({
    meta: { total_count: 7 },
    objects: LOG.slice(offset, offset + 3),
  }));

  expect(calls).toEqual(LOG);
  expect(queries).toEqual(
    [0, 3, 6].map((offset) => ({
      start_time: '2026-11-20 15:30:00+05:30',
      end_time: '2026-11-20 16:30:00+05:30',
      agent_number: '+919800000001',
      limit: 100,
      offset,
    })),
  );
});

test('a log that does not count its calls is read until a page is empty', async () => {
  const { calls, queries } = await read((offset) => ({ objects: LOG.slice(offset, offset + 3) }));

  expect(calls).toEqual(LOG);
  expect(queries).toHaveLength(4);
});

test('a log that gives the same page for any offset, or counts more than it lists, ends', async () => {
  expect((await read(() => ({ objects: LOG }))).calls).toEqual(LOG);
  const counted = await read((offset) => ({ meta: { total_count: 70 }, objects: LOG.slice(offset) }));
  expect(counted.calls).toEqual(LOG);
});

test('what is no call keeps its place among the pages', async () => {
  const { calls } = await read((offset) => ({
    meta: { total_count: 3 },
    objects: [null, 'call', call(1)].slice(offset, offset + 2),
  }));

  expect(calls).toEqual([{}, {}, call(1)]);
});
