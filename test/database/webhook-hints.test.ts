import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { absence, hint, Inbox, type Drain } from './inbox';
import { person, useStore, written, type Json, type Snapshot } from './store';

const store = useStore();
const { add, claim, claimed, finish, merge, startDrain, rows: inbox } = new Inbox(store);

async function handle(people: Array<Snapshot>, p_trigger?: string): Promise<void> {
  await add(...people.map(({ twenty_id }) => hint(twenty_id)));
  for (let again = true; again;) {
    const { started, run } = await startDrain(p_trigger);
    if (!started) return;
    for (let hints = await claim(run, 7); hints.claimed > 0; hints = await claim(run, 7)) {
      const asked = new Set(hints.leads.map((lead) => lead.twenty_id));
      const read = people.filter(({ twenty_id }) => asked.has(twenty_id));
      await merge(run, hints, read);
    }
    again = (await finish(run)).again === true;
  }
}

describe('a call that meets an active run', () => {
  test('is remembered: the end of that run says to start again', async () => {
    await add(hint(randomUUID()));
    const { run } = await startDrain();
    await startDrain();

    expect(await finish(run)).toMatchObject({ finished: true, again: true });
    expect(await startDrain()).toMatchObject({ started: true });
  });

  test('of the schedule needs no remembering', async () => {
    await add(hint(randomUUID()));
    const { run } = await startDrain();
    await startDrain('scheduled');

    expect(await finish(run)).toMatchObject({ again: false });
  });

  test('goes for pushes too', async () => {
    const push = { p_direction: 'supabase_to_twenty', p_trigger: 'webhook' };
    const { run } = await store.rpc<Drain>('start_sync_run', push);
    await store.rpc('start_sync_run', push);

    expect(await finish(run)).toMatchObject({ again: true });
  });

  test('at the very end of a run either starts its own or is remembered', async () => {
    await add(hint(randomUUID()));
    const { run } = await startDrain();
    const ending = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await ending.connect();
    try {
      await ending.query('begin');
      const { rows } = await ending.query<{ answer: Json }>('select public.finish_sync_run($1::jsonb) as answer', [
        JSON.stringify(run),
      ]);
      const starting = startDrain(); // waits for the run's row
      await ending.query('commit');

      expect(rows[0].answer).toMatchObject({ again: false });
      expect(await starting).toMatchObject({ started: true });
    } finally {
      await ending.end();
    }
  });
});

describe('what webhooks tell of', () => {
  test('a deletion and its restoration, in whichever order the events come, end as Twenty has it', async () => {
    const ada = person({ first_name: 'Ada' });
    await store.pull([ada]);
    await add({ ...hint(ada.twenty_id), action: 'restored' }, { ...hint(ada.twenty_id), action: 'deleted' });
    const { run, hints } = await claimed();

    await merge(run, hints, [{ ...ada, twenty_deleted_at: '2026-01-03T00:00:00Z' }]);

    expect((await store.rows('select deleted_at from public.leads'))[0].deleted_at).not.toBeNull();
    expect(await inbox()).toEqual([]);
  });

  test('a destroyed record waits for the confirmation of its absence, and its lead is deleted then', async () => {
    const ada = person({ first_name: 'Ada' });
    await store.pull([ada]);
    await add({ ...hint(ada.twenty_id), action: 'destroyed' });
    const { run, hints } = await claimed();

    const { results } = await merge(run, hints, [absence(ada.twenty_id)]);

    expect(results[0]).toMatchObject({ result: 'held' });
    expect(await claim(run)).toMatchObject({ claimed: 0, remaining: 0 });
    await finish(run);
    expect(await startDrain()).toMatchObject({ started: false });

    await store.sql.query(`
      update lead_sync.inbox set due_at = due_at - interval '61 seconds';
      update lead_sync.lead_states set absent_since = absent_since - interval '61 seconds'`);
    const later = await claimed();
    expect(later.hints.claimed).toBe(1);
    await merge(later.run, later.hints, [absence(ada.twenty_id)]);

    expect((await store.rows('select deleted_at from public.leads'))[0].deleted_at).not.toBeNull();
    expect(await inbox()).toEqual([]);
  });

  test('a record that exists neither there nor here is done with after one read', async () => {
    const id = randomUUID();
    await add(hint(id));
    const { run, hints } = await claimed();

    await merge(run, hints, [absence(id)]);

    expect(await inbox()).toEqual([]);
    expect(await store.rows('select from public.leads')).toEqual([]);
  });

  test('a record that is being pushed at that moment is read again, and the push wins nothing back', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
    const push = await store.claim();
    const planned = await store.plan(push, [absence(id)]);
    await add(hint(id));
    const { run, hints } = await claimed();
    const asRead = person({ twenty_id: id, email: 'ada@example.com', first_name: 'Ada' });
    await store.complete(push, [written(planned.writes[0])]);

    const { results } = await merge(run, hints, [asRead]);

    expect(results[0]).toMatchObject({ result: 'stale' });
    const again = await claim(run);
    expect(again).toMatchObject({ claimed: 1 });
    await merge(run, again, [{ ...asRead, job_title: 'Countess' }]);
    expect(await store.lead(id)).toMatchObject({ job_title: 'Countess', sync_status: 'synced' });
    expect(await inbox()).toEqual([]);
  });

  test('a poison record is rejected, leaves the inbox, and its batch-mates land', async () => {
    const [ada, poison] = [person({ first_name: 'Ada' }), person({ lead_score: 'many' })];
    await store.sql.query("update lead_sync.field_mappings set direction = 'both' where lead_field = 'lead_score'");
    await add(hint(ada.twenty_id), hint(poison.twenty_id));
    const { run, hints } = await claimed();

    const { counts } = await merge(run, hints, [ada, poison]);

    expect(counts).toMatchObject({ created: 1, rejected: 1 });
    expect(await inbox()).toEqual([]);
  });
});

describe('hints for companies', () => {
  const employed = (company: string, values: Json = {}): Snapshot =>
    person({ company_name: 'Acme', ...values, twenty_record: { companyId: company } });

  test('make the leads of that company be read again', async () => {
    const [acme, other] = [randomUUID(), randomUUID()];
    const [ada, grace, mary] = [employed(acme), employed(acme), employed(other)];
    await store.pull([ada, grace, mary]);
    await add(hint(acme, 'company'), hint(ada.twenty_id));

    const { run, hints } = await claimed();

    expect(hints.leads.map((lead) => lead.twenty_id)).toEqual([ada.twenty_id, grace.twenty_id].sort());
    await merge(
      run,
      hints,
      [ada, grace].map((snapshot) => ({ ...snapshot, company_name: 'Acme & Sons' })),
    );
    const names = await store.rows('select company_name from public.leads order by company_name');
    expect(names.map((row) => row.company_name)).toEqual(['Acme', 'Acme & Sons', 'Acme & Sons']);
    expect(await inbox()).toEqual([]);
  });

  test('follow people who change company, also when nothing else of them changed', async () => {
    const [acme, other] = [randomUUID(), randomUUID()];
    const ada = employed(acme);
    await store.pull([ada]);
    await store.pull([{ ...ada, twenty_record: { companyId: other } }]);
    await add(hint(other, 'company'));

    expect((await claimed()).hints.leads).toEqual([{ twenty_id: ada.twenty_id }]);
  });

  test('follow them to no old company when an old read comes late', async () => {
    const [acme, other] = [randomUUID(), randomUUID()];
    const ada = employed(acme);
    await store.pull([ada]);
    const before = await store.now();
    await store.pull([{ ...ada, twenty_record: { companyId: other } }]);

    const { results } = await store.pull([ada], { p_read_started_at: before });

    expect(results[0].result).toBe('stale');
    await add(hint(other, 'company'));
    expect(await claimed()).toMatchObject({ hints: { leads: [{ twenty_id: ada.twenty_id }] } });
  });

  test('reach the leads of a company that was destroyed, whose people have lost its id', async () => {
    const acme = randomUUID();
    const ada = employed(acme);
    await store.pull([ada]);
    await add({ ...hint(acme, 'company'), action: 'destroyed' });
    const { run, hints } = await claimed();

    await merge(run, hints, [{ ...ada, company_name: null, twenty_record: { companyId: null } }]);

    expect((await store.rows('select company_name from public.leads'))[0].company_name).toBeNull();
    await add(hint(acme, 'company'));
    expect((await startDrain()).started).toBe(false); // still the first one
    expect(await claim(run)).toMatchObject({ claimed: 0 });
  });

  test('of a company without leads are done with at once', async () => {
    await add(hint(randomUUID(), 'company'));

    expect((await claimed()).hints).toMatchObject({ claimed: 0, remaining: 0 });
    expect(await inbox()).toEqual([]);
  });
});

/** What the handler does for each delivery: adds, starts a drain, drains until nothing waits, and again when it was called meanwhile. */
test('twenty handlers at once leave nothing behind, whenever a delivery meets the end of a drain', async () => {
  const people = Array.from({ length: 30 }, () => person({ first_name: 'Ada' }));
  const handlers = Array.from({ length: 20 }, async (_, nth) => {
    for (let round = 0; round < 10; round += 1) await handle(nth % 2 === 0 ? people : [...people].reverse());
  });

  await Promise.all(handlers);

  expect(await inbox()).toEqual([]);
  expect(await store.rows('select from public.leads')).toHaveLength(30);
  expect(await store.rows("select from public.lead_sync_runs where status <> 'succeeded'")).toEqual([]);
});
