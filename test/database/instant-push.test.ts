import { Client } from 'pg';
import { deal, ObjectRuns } from './objects/opportunities';
import { person, useStore, written, type Json } from './store';

const store = useStore();
let listener: Client;
let calls: number;
/** What the calls named: objects other than leads. */
let named: string[];

beforeAll(async () => {
  listener = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await listener.connect();
  listener.on('notification', ({ payload }) => {
    calls += 1;
    if (payload) named.push(payload);
  });
  await listener.query('listen lead_sync_due');
});
beforeEach(async () => {
  await store.rpc('disable_instant_push');
  await heard();
  calls = 0;
  named = [];
});
afterAll(() => listener.end());

/** All calls made so far: a session gets its notifications before the answer to its next statement. */
async function heard(): Promise<number> {
  await listener.query('select 1');
  return calls;
}

/** Lets the quarter of a second pass in which one call stands for all. */
async function forgetCalls(): Promise<void> {
  await store.sql.query("select setval('lead_sync.last_push_call', 1)");
}

const enable = (args = {}): Promise<Json> => store.rpc('enable_instant_push', args);

describe('a change that must go out', () => {
  test('calls once it is turned on, and not before', async () => {
    await store.addLead({ email: 'ada@example.com' });
    expect(await heard()).toBe(0);

    expect(await enable()).toMatchObject({ enabled: true, calls: 'notify', secret: null, hint: null });
    await store.addLead({ email: 'grace@example.com' });

    expect(await heard()).toBe(1);
  });

  test('calls for edits and deletions, through the API too', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    await enable();
    await store.editLead(id, { job_title: 'Countess' });
    expect(await heard()).toBe(1);
    await forgetCalls();
    await store.editLead(id, { deleted_at: new Date() });
    expect(await heard()).toBe(2);
    await forgetCalls();
    await store.rpc('upsert_leads', { p_leads: [{ email: 'grace@example.com' }], p_source: 'form' });
    expect(await heard()).toBe(3);
  });

  test('calls no more when it is turned off', async () => {
    await enable();
    expect(await store.rpc('disable_instant_push')).toEqual({ enabled: false, was_enabled: true });
    expect(await store.rpc('disable_instant_push')).toEqual({ enabled: false, was_enabled: false });

    await store.addLead({ email: 'ada@example.com' });

    expect(await heard()).toBe(0);
  });
});

describe('what calls nobody', () => {
  test('the sync’s own writes: pulls, claims and completions', async () => {
    await store.pull([person({ email: 'ada@example.com', first_name: 'Ada' })]);
    await store.rpc('mark_leads_for_sync', { p_limit: 10 });
    await enable();
    await store.pull([person({ email: 'grace@example.com', first_name: 'Grace' })]);
    const claim = await store.claim();
    await store.plan(claim, []);

    expect(await heard()).toBe(0);
  });

  test('a change of nothing that is synced', async () => {
    const ada = person({ email: 'ada@example.com' });
    await store.pull([ada]);
    await enable();

    await store.sql.query("update public.leads set income_tier = 'high', email = email");

    expect(await heard()).toBe(0);
  });

  test('a transaction that is rolled back', async () => {
    await enable();
    await store.sql.query("begin; insert into public.leads (email) values ('ada@example.com'); rollback");

    expect(await heard()).toBe(0);
    await store.addLead({ email: 'ada@example.com' });
    expect(await heard()).toBe(1);
  });
});

describe('what the sync itself queues', () => {
  const ada = person({ email: 'ada@example.com', first_name: 'Ada' });

  test('by a reconciliation calls at once: an edit that nobody noticed', async () => {
    await store.pull([ada]);
    await store.sql.query(`
      begin; set local session_replication_role = 'replica';
      update public.leads set first_name = 'Augusta'; commit`);
    await enable();
    const { run } = await store.rpc<{ run: Json }>('start_sync_run', {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
    });
    const p_records = [[ada.twenty_id, ada.twenty_created_at, ada.twenty_updated_at, null]];

    await store.rpc('compare_lead_ids', {
      p_run: run,
      p_records,
      p_page: { after: null, position: 'end', has_next: false },
      p_read_started_at: await store.now(),
    });

    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'pending' });
    expect(await heard()).toBe(1);
  });

  test('on request calls at once', async () => {
    await store.pull([ada]);
    await enable();

    await store.rpc('mark_leads_for_sync', { p_limit: 10 });

    expect(await heard()).toBe(1);
  });

  test('calls when a hold ends', async () => {
    const held = await store.addLead({ email: 'ada@example.com' });
    const binned = { ...ada, twenty_deleted_at: '2026-02-01T00:00:00Z' };
    await store.plan(await store.claim(), [binned]);
    await enable();

    await store.pull([binned]);
    expect(await heard()).toBe(0);
    await store.pull([{ ...binned, email: 'other@example.com', twenty_updated_at: '2026-03-01T00:00:00Z' }]);

    expect(await store.lead(held)).toMatchObject({ sync_status: 'pending' });
    expect(await heard()).toBe(1);
  });

  test('calls nobody when it is the echo of a push, or a push that waits for its next try', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
    await enable();
    const { claim, writes } = await store.beginPush();
    const failed = { lead_id: id, op: writes[0].op, ok: false, category: 'network', outcome: 'not_sent', message: 'x' };
    await store.rpc('update_sync_status', { p_claim_token: claim.claim_token, p_results: [failed] });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending' });
    expect(await heard()).toBe(0);

    await store.pull([person({ email: 'grace@example.com' })]);
    await store.pull([person({ email: 'grace@example.com', job_title: 'Admiral' })]);
    expect(await heard()).toBe(0);
  });
});

describe('a burst', () => {
  test('of a thousand transactions makes few calls', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    await enable();
    const startedAt = Date.now();
    for (let n = 0; n < 1_000; n += 1) await store.editLead(id, { job_title: `Title ${n}` });
    const quarters = Math.ceil((Date.now() - startedAt) / 250);

    expect(await heard()).toBeGreaterThan(0);
    expect(await heard()).toBeLessThanOrEqual(quarters + 1);
  });

  test('of two thousand rows in one transaction makes one call, at its end', async () => {
    await enable();
    await store.sql.query('begin');
    await store.sql.query(
      "insert into public.leads (email) select i || '@example.com' from generate_series(1, 2000) as i",
    );
    await store.sql.query("update public.leads set job_title = 'Countess'");
    expect(await heard()).toBe(0);
    await store.sql.query('commit');

    expect(await heard()).toBe(1);
    expect(await store.rows('select from lead_sync.push_wishes')).toEqual([]);
  });

  test('a transaction that lasts longer than a call counts calls when it commits', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    await enable();
    await store.sql.query('begin');
    await store.sql.query('update public.leads set job_title = $1 where id = $2', ['Countess', id]);
    await store.rpc('upsert_leads', { p_leads: [{ email: 'grace@example.com' }], p_source: 'form' });
    expect(await heard()).toBe(1);
    await forgetCalls(); // within the open transaction: time passes

    await store.sql.query('commit');

    expect(await heard()).toBe(2);
  });

  test('no writer waits for another one that has not committed', async () => {
    await enable();
    const slow = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await slow.connect();
    try {
      await slow.query("begin; insert into public.leads (email) values ('slow@example.com')");
      await store.sql.query("set statement_timeout = '2s'");
      await store.addLead({ email: 'ada@example.com' });
      expect(await heard()).toBe(1);
      await slow.query('commit');
    } finally {
      await store.sql.query('reset statement_timeout');
      await slow.end();
    }
  });

  test('writers that insist on one snapshot do not fail', async () => {
    await enable();
    const second = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await second.connect();
    try {
      await second.query('begin isolation level serializable');
      await second.query('select count(*) from lead_sync.settings');
      await store.addLead({ email: 'ada@example.com' });
      await second.query("insert into public.leads (email) values ('grace@example.com')");
      await second.query('commit');
    } finally {
      await second.end();
    }
    expect(await store.rows('select from public.leads')).toHaveLength(2);
  });
});

test('without pg_net an address is kept, and the answer says what is missing', async () => {
  expect(await enable({ p_url: 'https://n8n.example.com/webhook/lead-sync-push' })).toMatchObject({
    calls: 'notify',
    hint: expect.stringContaining('pg_net') as string,
  });
  await store.addLead({ email: 'ada@example.com' });
  expect(await heard()).toBe(1);
});

describe('a deal, a company, or a row of whatever else is synced', () => {
  const deals = new ObjectRuns(store);
  const companies = new ObjectRuns(store, 'company', 'public.lead_companies');
  /** The calls for objects since the last look; the quarter of a second in which one stands for all is over. */
  const calledFor = async (): Promise<string[]> => {
    await heard();
    await store.sql.query(
      `select setval('lead_sync.last_opportunity_push_call', 1), setval('lead_sync.last_company_push_call', 1), setval('lead_sync.last_push_call', 1)`,
    );
    return named.splice(0).sort();
  };
  beforeEach(() => calledFor());

  test('calls by the same switch, by its name, from the first run of its object on', async () => {
    await deals.add({ name: 'Before the switch' });
    await enable();
    await deals.add({ name: 'Before the first run' });
    expect(await calledFor()).toEqual([]);

    const { twenty_id } = await deals.linked();
    expect(await calledFor()).toEqual([]);
    const made = await deals.add({ name: 'Fleet' });
    expect(await calledFor()).toEqual(['opportunity']);
    await deals.edit(made, { amount: 5, currency: 'EUR' });
    expect(await calledFor()).toEqual(['opportunity']);
    await deals.edit(twenty_id, { deleted_at: new Date() });
    expect(await calledFor()).toEqual(['opportunity']);

    await store.rpc('disable_instant_push');
    await deals.edit(made, { name: 'After the switch' });
    expect(await calledFor()).toEqual([]);
  });

  test('calls beside a lead that is due, once for a burst of its own', async () => {
    await Promise.all([deals.linked(), companies.pull([person({ name: 'Acme', domain: 'acme.com' })])]);
    await enable();
    await calledFor();

    await store.addLead({ email: 'ada@example.com' });
    for (const name of ['One', 'Two', 'Three']) await deals.add({ name });
    await companies.add({ name: 'Zeta' });

    expect(await heard()).toBe(3);
    expect(await calledFor()).toEqual(['company', 'opportunity']);
  });

  test('calls nobody when the sync itself writes it, or nothing of it is synced', async () => {
    const { twenty_id } = await deals.linked();
    await enable();
    await deals.pull([deal()]);
    await deals.edit(twenty_id, { external_id: 'order 1' });
    expect(await calledFor()).toEqual([]);

    await deals.edit(twenty_id, { name: 'Fleet' });
    await calledFor();
    await deals.push();
    expect(await calledFor()).toEqual([]);
  });

  test('of a lead that is new in Twenty calls again once the lead has its person: it waited for that', async () => {
    await deals.linked();
    const lead_id = await store.addLead({ email: 'ada@example.com' });
    const made = await deals.add({ name: 'Of Ada', lead_id });
    expect((await deals.push()).writes).toEqual([]);
    await enable();
    await calledFor();

    await store.push();

    expect(await calledFor()).toEqual(['opportunity']);
    expect((await deals.push()).writes).toMatchObject([{ lead_id: made, values: { contact_id: lead_id } }]);
  });

  test('of a company that is new in Twenty calls again once the company is there: it waited for that', async () => {
    await Promise.all([deals.linked(), companies.pull([person({ name: 'Zeta', domain: 'zeta.io' })])]);
    const company_id = await companies.add({ name: 'Acme' });
    await deals.add({ name: 'Of Acme', company_id });
    expect((await deals.push()).writes).toEqual([]);
    await enable();
    await calledFor();

    await companies.push();

    expect(await calledFor()).toEqual(['opportunity']);
  });

  test('that is planned while its lead gets a person calls again: neither transaction sees what the other does', async () => {
    await deals.linked();
    const lead_id = await store.addLead({ email: 'ada@example.com' });
    const made = await deals.add({ name: 'Of Ada', lead_id });
    await enable();
    await calledFor();
    const { claim, writes } = await store.beginPush();
    const claimed = await deals.claim();
    const settles = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await settles.connect();
    try {
      await settles.query('begin');
      await settles.query('select public.update_sync_status($1, $2)', [
        claim.claim_token,
        JSON.stringify(writes.map((write) => written(write))),
      ]);
      expect((await deals.plan(claimed)).writes).toEqual([]);
      expect(await calledFor()).toEqual([]);
      await settles.query('commit');
    } finally {
      await settles.end();
    }
    await deals.finish(claimed.run);

    expect(await calledFor()).toEqual(['opportunity']);
    expect((await deals.push()).writes).toMatchObject([{ lead_id: made, values: { contact_id: lead_id } }]);
  });

  test('is named in the call by pg_net, too', async () => {
    await deals.linked();
    await store.sql.query(`
      create schema net;
      create table net.asked (url text, body jsonb);
      create function net.http_post(
        url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
      ) returns bigint language sql as 'insert into net.asked values (url, body) returning 1';
      grant usage on schema net to postgres;
      grant insert on net.asked to postgres`);
    try {
      await enable({ p_url: 'https://n8n.example.com/webhook/lead-sync-push' });
      await deals.add({ name: 'Fleet' });
      expect(await store.rows('select * from net.asked')).toEqual([
        { url: 'https://n8n.example.com/webhook/lead-sync-push', body: { event: 'rows.due', object: 'opportunity' } },
      ]);
    } finally {
      await store.sql.query('drop schema net cascade');
    }
  });
});
