import type { Client } from 'pg';
import { connectDatabase } from '../setup/database';
import { person, useStore, written, type Claim, type DoorAnswer, type Json } from './store';

const MEGABYTES = 10;
const LIMIT = 262_144;

/** A text that does not compress. */
const noise = (bytes: number): string =>
  Array.from({ length: Math.ceil(bytes / 32) }, () => crypto.randomUUID().replaceAll('-', ''))
    .join('')
    .slice(0, bytes);

describe('huge leads', () => {
  const store = useStore();

  const send = (leads: Json[], source = 'form') =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: source });

  /** Writes a lead past all checks and triggers, as a bulk load might, and queues it. */
  async function loadPastChecks(values: Json): Promise<string> {
    await store.sql.query(`set session_replication_role = 'replica'`);
    const id = await store.addLead(values);
    await store.sql.query(
      "insert into lead_sync.lead_states (lead_id, due_at, due_since) values ($1, now() - interval '1 hour', now())",
      [id],
    );
    await store.sql.query(`set session_replication_role = 'origin'`);
    return id;
  }

  test('are refused by intake with their size, what is so long, the limit and what to do; the others land', async () => {
    const { results, counts } = await send([
      { email: 'ada@example.com' },
      { email: 'huge@example.com', attributes: { note: noise(LIMIT) } },
      { email: 'grace@example.com' },
    ]);
    expect(counts).toMatchObject({ created: 2, rejected: 1 });
    expect(results.find(({ index }) => index === 1)?.reason).toMatch(
      /it has 262\d{3} bytes, most of them in attributes; at most 262144 are taken: shorten it, or raise max_lead_bytes/,
    );
  });

  test('are refused as snapshots, at twice the size since these bring the record along', async () => {
    const { counts } = await store.pull([
      person({ job_title: noise(LIMIT), twenty_record: { jobTitle: noise(LIMIT - 2_000) } }),
      person({ job_title: noise(LIMIT), twenty_record: { jobTitle: noise(LIMIT) } }),
    ]);
    expect(counts).toMatchObject({ created: 1, rejected: 1 });
  });

  test.each(['first_name', 'attributes'])('cannot be inserted by a site: %s', async (column) => {
    await store.sql.query(`
      grant insert on public.leads to anon;
      create policy form on public.leads for insert to anon with check (true);
      set role anon`);
    try {
      const text = 'a'.repeat(MEGABYTES * 1_000_000); // as small on disk as such a text can be
      const value = column === 'attributes' ? { note: text } : text;
      await expect(
        store.sql.query(`insert into public.leads (email, ${column}) values ('ada@example.com', $1)`, [value]),
      ).rejects.toMatchObject({
        code: '54000',
        message: expect.stringMatching(
          new RegExp(`^Lead [0-9a-f-]{36} has 1000\\d{4} bytes, most of them in ${column}; at most 262144 are taken`),
        ),
      });
    } finally {
      await store.sql.query('reset role; drop policy form on public.leads; revoke insert on public.leads from anon');
    }
  });

  test('that are there already can be edited and shortened, but not grow much further', async () => {
    const id = await loadPastChecks({ email: 'ada@example.com', attributes: { note: noise(500_000) } });
    await store.editLead(id, { sync_status: 'pending' });
    await store.editLead(id, { job_title: 'CTO' });
    await store.editLead(id, { attributes: { note: noise(400_000) } });
    await expect(store.editLead(id, { attributes: { note: noise(450_000) } })).rejects.toMatchObject({ code: '54000' });
    await store.editLead(id, { attributes: { note: noise(200_000) } });
    await expect(store.editLead(id, { attributes: { note: noise(270_000) } })).rejects.toMatchObject({ code: '54000' });
    expect(await store.lead(id)).toMatchObject({ job_title: 'CTO' });
  });

  test('are taken as far as the settings say', async () => {
    await store.sql.query('update lead_sync.settings set max_lead_bytes = 600000');
    await store.addLead({ email: 'ada@example.com', attributes: { note: noise(500_000) } });
    expect((await send([{ email: 'grace@example.com', attributes: { note: noise(500_000) } }])).counts).toMatchObject({
      created: 1,
    });
  });

  test('a claim ends before the lead with which it would have too many bytes, and has one at least', async () => {
    await store.sql.query('update lead_sync.settings set max_claim_bytes = 100000');
    const sizes = [30_000, 30_000, 30_000, 30_000, 200_000, 30_000];
    for (const [index, size] of sizes.entries()) {
      await store.addLead({ email: `p${index}@example.com`, attributes: { note: noise(size) } });
    }
    const claims: number[] = [];
    for (let claim = await store.claim(); claim.claimed > 0; claim = await store.claim()) claims.push(claim.claimed);
    expect(claims).toEqual([3, 1, 1, 1]);
  });

  test('a plan answers no more bytes than a claim may have; what is left over is due at once', async () => {
    for (let index = 0; index < 5; index += 1) await store.addLead({ email: `p${index}@example.com` });
    const ids = (await store.rows<{ id: string }>('select id from public.leads order by email')).map(({ id }) => id);
    const people = ids.map((id, index) =>
      person({ twenty_id: id, email: `p${index}@example.com`, twenty_record: { intro: noise(40_000) } }),
    );
    await store.pull(people);
    await store.sql.query(`update public.leads set job_title = 'CTO'`);
    await store.sql.query('update lead_sync.settings set max_claim_bytes = 100000');
    const planned: number[] = [];
    const written = new Set<string>();
    for (let batch = 0; batch < 4; batch += 1) {
      const claim: Claim = await store.claim();
      const { writes } = await store.plan(claim, people);
      writes.forEach(({ lead_id }) => written.add(lead_id));
      planned.push(writes.length);
    }
    expect({ planned, leads: written.size }).toEqual({ planned: [2, 2, 1, 0], leads: 5 });
  });

  describe('over which the push runs into its statement timeout', () => {
    let timed: Client;
    beforeAll(async () => {
      timed = await connectDatabase();
      await timed.query(`set role service_role; set statement_timeout = '5s'`);
    });
    afterEach(() => store.sql.query('drop function if exists public.users_rule cascade'));
    afterAll(() => timed.end());

    /** Calls a function as the API does, with the API's time limit. */
    async function call<T>(name: string, args: Json): Promise<T> {
      const list = Object.keys(args).map((key, index) => `${key} => $${index + 1}`);
      const values = Object.values(args).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      const { rows } = await timed.query<{ answer: T }>(`select public.${name}(${list.join(', ')}) as answer`, values);
      return rows[0].answer;
    }

    /** A run of the push: batches until nothing is due, or until a call fails. All of Twenty is new. Gives how many leads each claim had. */
    async function run(): Promise<{ claimed: number[]; died: boolean }> {
      const claimed: number[] = [];
      try {
        for (;;) {
          const claim = await call<Claim>('get_leads_for_sync', { p_limit: 200 });
          if (claim.claimed === 0) return { claimed, died: false };
          claimed.push(claim.claimed);
          const { writes } = await call<DoorAnswer>('upsert_leads', {
            p_leads: [],
            p_source: 'twenty',
            p_read_started_at: claim.read_started_at,
            p_claim_token: claim.claim_token,
          });
          await call('update_sync_status', {
            p_claim_token: claim.claim_token,
            p_results: writes.map((write) => written(write)),
          });
        }
      } catch (error) {
        expect(error).toMatchObject({ code: '57014' });
        return { claimed, died: true };
      }
    }

    /** Five minutes pass: leases end, other leads come in. */
    async function later(newcomer: string): Promise<void> {
      await store.sql.query('update lead_sync.lead_states set due_at = now() where claim_token is not null');
      await store.addLead({ email: newcomer });
    }

    const unsynced = async (): Promise<unknown[]> =>
      (await store.rows(`select email from public.leads where sync_status <> 'synced' order by email`)).map(
        ({ email }) => email,
      );

    test('end alone with their reason, and the others sync', async () => {
      const id = await loadPastChecks({ email: 'huge@example.com' });
      // in place of megabytes, over which a fast machine gets done in time: its plan never ends
      await store.sql.query(`
        create function public.users_rule() returns trigger language plpgsql as $$
        begin
          perform pg_sleep(600);
          return new;
        end $$;
        create trigger endless_plan before update on lead_sync.lead_states for each row
          when (new.lead_id = '${id}' and new.intent is not null) execute function public.users_rule()`);
      for (let index = 0; index < 30; index += 1) await store.addLead({ email: `p${index}@example.com` });

      const dying: number[] = [];
      for (let last = await run(); last.died; last = await run()) {
        dying.push(last.claimed.at(-1) ?? 0);
        // the newcomer never waits
        if (dying.length > 1) expect(last.claimed[0]).toBe(1);
        await later(`newcomer${dying.length}@example.com`);
      }
      // each batch over which it died is a part of the one before, until the offender stands alone
      expect(dying).toEqual([...new Set(dying)].sort((one, other) => other - one));
      expect([dying[0], dying.at(-1)]).toEqual([31, 1]);
      expect(await unsynced()).toEqual(['huge@example.com']);
      expect(await store.lead(id)).toMatchObject({
        sync_status: 'error',
        sync_error_message: expect.stringContaining('does not get done with this lead'),
      });
      expect(await store.state(id)).toMatchObject({ error_category: 'statement_timeout', retries: 1 });
    }, 120_000);

    test('or over a trigger of the user: a claim that never ends is found out, and the others sync', async () => {
      const id = await store.addLead({ email: 'slow@example.com' });
      for (let index = 0; index < 30; index += 1) await store.addLead({ email: `p${index}@example.com` });
      await store.sql.query(`
        create function public.users_rule() returns trigger language plpgsql as $$
        begin
          if new.email = 'slow@example.com' then perform pg_sleep(600); end if;
          return new;
        end $$;
        create trigger users_rule before update on public.leads for each row execute function public.users_rule()`);

      const runs = [];
      for (let index = 0; index < 9; index += 1) {
        runs.push(await run());
        await later(`newcomer${index}@example.com`);
      }
      expect(runs.filter(({ died }) => died)).toHaveLength(4);
      expect(await unsynced()).toEqual(['newcomer8@example.com', 'slow@example.com']);
      expect(await store.state(id)).toMatchObject({
        error_category: 'statement_timeout',
        refusal: expect.stringContaining('triggers on public.leads'),
      });
      expect((await run()).died).toBe(false);
    }, 120_000);
  });
});
