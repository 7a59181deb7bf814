import { randomUUID } from 'node:crypto';
import { createWorkspaceDouble } from '../../../../stand-ins/twenty';
import { getChangedPages } from '../../../../nodes/Twenty/leads/get-changed';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../../../nodes/Twenty/leads/push';
import { readScope } from '../../../../nodes/Twenty/leads/scope';
import { TwentyClient, type Send } from '../../../../nodes/Twenty/transport/client';
import { RateBudget } from '../../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../../../nodes/Twenty/transport/url';
import { createWrite } from '../support/workspace';
import { VirtualClock } from '../support/virtual-clock';

const START = Date.parse('2026-01-01T00:00:00Z');
const BATCHES = 30;

/** The real operations against the double's own limiter, both on one virtual clock, each answer after `latencyMs`. */
function setUp(latencyMs: number) {
  const clock = new VirtualClock();
  const double = createWorkspaceDouble({ clock: () => START + clock.now() });
  const refusals: string[] = [];
  const send: Send = async ({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const headers = { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' };
    const answer = double.handle({ method, path: pathname + search, headers, body: body ?? '' });
    if (/Limit reached/.test(answer.body)) refusals.push(answer.body);
    await clock.sleep(latencyMs);
    return { status: answer.status, headers: answer.headers, text: answer.body };
  };
  const urls = readTwentyUrl('http://in-process.test');
  if (!urls) throw new Error('the URL is valid');
  const client = new TwentyClient({ urls, send, clock, budget: new RateBudget(100, clock), identity: randomUUID() });
  const emptyTheBucket = async () => {
    for (let call = 0; call < 100; call++) await client.rest('GET', '/people?limit=1');
  };
  const hours = async (work: () => Promise<void>) => {
    await emptyTheBucket();
    const started = clock.now();
    await work();
    return (clock.now() - started) / 3_600_000;
  };
  return { client, hours, refusals };
}

describe("at Twenty's default limit, with the bucket empty and answers after 300 ms", () => {
  it('pushes 450,000 leads an hour or more, each batch read before it is written, and is never refused', async () => {
    const { client, hours, refusals } = setUp(300);
    const scope = await readScope(client, { object: 'person', fieldMapping: [], defaultCountry: '' });
    let created = 0;

    const needed = await hours(async () => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const writes = Array.from({ length: 200 }, (_unused, index) =>
          createWrite(randomUUID(), { first_name: 'Ada', email: `b${batch}-${index}@x.test` }),
        );
        const asked = writes.map(({ lead_id, values }) => ({ lead_id, email: String(values.email) }));
        await getLeadsByIdOrEmail(client, scope, asked);
        const report = await pushLeads(client, scope, writes, { leaseSeconds: 300, runId: 'r', batchSize: 200 });
        created += report.counts.created;
      }
    });

    expect(created).toBe(BATCHES * 200);
    expect(created / needed).toBeGreaterThan(450_000);
    expect(refusals).toEqual([]);
  });

  it('pulls 2,000,000 leads an hour or more, and is never refused', async () => {
    const { client, hours, refusals } = setUp(300);
    const scope = await readScope(client, { object: 'person', fieldMapping: [], defaultCountry: '' });
    for (let batch = 0; batch < 20; batch++) {
      const writes = Array.from({ length: 200 }, () => createWrite(randomUUID(), { first_name: 'Ada' }));
      await pushLeads(client, scope, writes, { leaseSeconds: null, runId: '', batchSize: 200 });
    }
    let read = 0;
    const window = { updatedSince: null, until: null, position: null, pageSize: 1_000 };

    const needed = await hours(async () => {
      for await (const page of getChangedPages(client, scope, window)) read += page.leads.length;
    });

    expect(read).toBe(4_000);
    expect(read / needed).toBeGreaterThan(2_000_000);
    expect(refusals).toEqual([]);
  });
});
