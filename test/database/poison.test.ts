import { person, useStore, written, type Claim, type DoorAnswer, type Json } from './store';

interface Listed extends Json {
  leads: Array<Json & { lead_id: string; reason: string; category: string }>;
}

const IS_POISON = "new.first_name = 'Poison'";

/** What users write into their triggers, or what a broken one does; the SQLSTATE that it raises. */
const ERRORS: Array<[string, string]> = [
  ['P0001', "raise exception 'not in our table'"],
  ['22023', "raise exception 'odd value' using errcode = '22023'"],
  ['22P02', "perform new.last_name::integer from (values ('x')) as v where new.last_name = 'Lead'"],
  ['23514', "raise exception 'against the rules' using errcode = 'check_violation'"],
  ['42P01', 'perform from public.no_such_table'],
  ['42883', 'perform public.no_such_function()'],
  ['PT403', "raise sqlstate 'PT403' using message = 'forbidden'"],
  ['PT409', "raise sqlstate 'PT409' using message = 'ours, they think'"],
  ['P0004', "assert false, 'so it must be'"],
  ['XX000', "raise exception 'inner trouble' using errcode = 'internal_error'"],
];

describe("a lead that a user's own trigger refuses", () => {
  const store = useStore();
  afterEach(() => store.sql.query('drop function if exists public.users_rule cascade'));

  /** A trigger on leads that does this to the writes for which the condition holds. */
  async function rule(
    condition: string,
    action = "raise exception 'not in our table'",
    timing = 'trigger users_rule before',
    deferred = '',
  ): Promise<void> {
    await store.sql.query(`
      create function public.users_rule() returns trigger language plpgsql as $$
      begin
        if ${condition} then
          ${action};
        end if;
        return new;
      end $$;
      create ${timing} insert or update on public.leads ${deferred} for each row execute function public.users_rule()`);
  }

  const neighbours = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan'];

  /** People of whom the third is poison. */
  const people = (): Json[] =>
    neighbours
      .toSpliced(2, 0, 'Poison')
      .map((first_name) => person({ first_name, last_name: 'Lead', email: `${first_name}@example.com` }));

  /** Leads that somebody typed in, of which the third is poison; the poison's id. */
  async function typedIn(): Promise<string> {
    let poison = '';
    for (const first_name of neighbours.toSpliced(2, 0, 'Poison')) {
      const id = await store.addLead({ first_name, last_name: 'Lead', email: `${first_name}@example.com` });
      if (first_name === 'Poison') poison = id;
    }
    return poison;
  }

  async function statuses(): Promise<Record<string, string>> {
    const rows = await store.rows<{ first_name: string; sync_status: string }>(
      'select first_name, sync_status from public.leads',
    );
    return Object.fromEntries(rows.map(({ first_name, sync_status }) => [first_name, sync_status]));
  }

  const allSynced = Object.fromEntries(neighbours.map((name) => [name, 'synced']));
  const listed = async () => (await store.rpc<Listed>('get_dead_letters')).leads;
  const comeAgain = (id: string) =>
    store.sql.query('update lead_sync.lead_states set due_at = now() where lead_id = $1', [id]);

  test.each(ERRORS)('is rejected with its reason by a pull, and all others land: %s', async (code, action) => {
    await rule(IS_POISON, action);
    const { results, counts } = await store.pull(people());
    expect(counts).toMatchObject({ created: 5, rejected: 1 });
    expect(results.find(({ index }) => index === 2)).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining(`(${code})`),
    });
    expect(await statuses()).toEqual(allSynced);
  });

  test('is rejected by intake, and all others land', async () => {
    await rule(IS_POISON);
    const leads = neighbours
      .toSpliced(2, 0, 'Poison')
      .map((first_name) => ({ first_name, email: `${first_name}@x.com` }));
    const { counts } = await store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: 'form' });
    expect(counts).toMatchObject({ created: 5, rejected: 1 });
  });

  test.each(ERRORS)('is given back with its reason by a claim, and all others sync: %s', async (code, action) => {
    const id = await typedIn();
    await rule(`${IS_POISON} and new.sync_status = 'syncing'`, action);
    const { claim } = await store.push();
    expect(claim.claimed).toBe(5);
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'error' });
    expect(await store.lead(id)).toMatchObject({
      sync_error_message: expect.stringContaining(`(${code})`),
      sync_error_count: 1,
    });
    expect(await store.state(id)).toMatchObject({ error_category: 'database', claim_token: null });
    expect((await store.claim()).claimed).toBe(0);
  });

  test('is given back when what was read of it cannot be stored', async () => {
    const [ada, , poison] = people();
    await store.pull([ada, poison]);
    await store.rpc('mark_leads_for_sync');
    await rule(`${IS_POISON} and new.job_title = 'CTO'`);
    const claim = await store.claim();
    const changed = [ada, poison].map((snapshot) => ({ ...snapshot, job_title: 'CTO' }));
    const { counts } = await store.plan(claim, changed);
    expect(counts).toMatchObject({ updated: 1, rejected: 1 });
    expect(await statuses()).toEqual({ Ada: 'synced', Poison: 'pending' });
    expect((await store.claim()).claimed).toBe(0);
  });

  test('does not keep a plan from settling the others', async () => {
    const snapshots = people();
    await store.pull(snapshots);
    await store.rpc('mark_leads_for_sync');
    await rule(`${IS_POISON} and new.sync_status = 'synced'`);
    const { released } = await store.plan(await store.claim(), snapshots);
    expect(released).toBe(6);
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'error' });
  });

  test('does not keep a completion from settling the others, and what was sent of it stays recorded', async () => {
    const id = await typedIn();
    await rule(`${IS_POISON} and new.twenty_id is not null`);
    const { claim, writes } = await store.beginPush();
    const { counts, results } = await store.complete(
      claim,
      writes.map((write) => written(write)),
    );
    expect(counts).toMatchObject({ created: 5, synced: 5, error: 1, stale: 0 });
    expect(results.find(({ lead_id }) => lead_id === id)).toMatchObject({ sync_status: 'error', dead: false });
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'error' });
    expect((await store.state(id)).intent).toMatchObject({ values: { first_name: 'Poison' } });

    // mended, the next push finds the person that this one made
    await store.sql.query('drop function public.users_rule cascade');
    await comeAgain(id);
    const again = await store.push([
      person({ twenty_id: id, first_name: 'Poison', last_name: 'Lead', email: 'poison@example.com' }),
    ]);
    expect(again.writes).toEqual([]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced', twenty_id: id, sync_error_message: null });
  });

  test('does not keep others from being queued', async () => {
    await store.pull(people());
    await rule(`${IS_POISON} and new.sync_status = 'pending'`);
    expect(await store.rpc('mark_leads_for_sync')).toMatchObject({ marked: 6 });
    expect((await store.claim()).claimed).toBe(5);
  });

  test('does not keep a page from landing when another lead cannot join it', async () => {
    const [ada, grace] = ['Ada', 'Grace'].map((first_name) =>
      person({ first_name, email: `${first_name}@example.com` }),
    );
    const gone = person({ first_name: 'Old', email: 'home@example.com' });
    await store.pull([ada, grace, gone]);
    await store.editLead(gone.twenty_id, { city: 'Lyon' });
    const survivor = { ...ada, twenty_updated_at: new Date().toISOString(), additional_emails: ['home@example.com'] };
    await store.pull([survivor, { twenty_id: gone.twenty_id, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await rule("new.first_name = 'Ada' and new.city = 'Lyon'");

    const { counts } = await store.pull([
      { twenty_id: gone.twenty_id, absent: true },
      { ...grace, job_title: 'Admiral' },
    ]);
    expect(counts).toMatchObject({ joined: 0, rejected: 0 });
    expect(await store.lead(grace.twenty_id)).toMatchObject({ job_title: 'Admiral' });
    expect(await store.state(gone.twenty_id)).toMatchObject({ refusal: expect.stringContaining('not in our table') });

    await store.sql.query('drop function public.users_rule cascade');
    await comeAgain(gone.twenty_id);
    await store.plan(await store.claim(), [{ twenty_id: gone.twenty_id, absent: true }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Lyon' });
  });

  test('is listed and replayed even when its row takes no write at all', async () => {
    await store.sql.query('update lead_sync.settings set max_attempts = 2');
    const id = await typedIn();
    await rule(`tg_op = 'UPDATE' and ${IS_POISON}`);
    await store.push();
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'pending' });
    expect(await listed()).toEqual([]);

    await comeAgain(id);
    expect((await store.claim()).claimed).toBe(0);
    expect(await listed()).toMatchObject([
      { lead_id: id, category: 'database', attempts: 2, reason: expect.stringContaining('not in our table') },
    ]);
    expect(await store.rpc('check_sync_integrity', { p_fix: true })).toMatchObject({ fixed: 0 });
    expect(await store.rpc('get_sync_metrics')).toMatchObject({ dead_letters: 1 });

    await store.sql.query('drop function public.users_rule cascade');
    expect(await store.rpc('replay_dead_letters')).toMatchObject({ replayed: 1, remaining: 0 });
    await store.push();
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'synced' });
    expect(await store.state(id)).toMatchObject({ refusal: null, retries: 0 });
  });

  test('is told of when a trigger passes over the claim without a word', async () => {
    const id = await typedIn();
    await rule(`${IS_POISON} and new.sync_status = 'syncing'`, 'return null');
    await store.push();
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'error' });
    expect(await store.state(id)).toMatchObject({ refusal: expect.stringContaining('passes over') });
  });

  test.each([
    ['after the write', 'trigger users_rule after', ''],
    ['at the end of the transaction', 'constraint trigger users_rule after', 'deferrable initially deferred'],
  ])('stands alone when the trigger fires %s', async (_when, timing, deferred) => {
    await rule(`${IS_POISON} and new.sync_status in ('syncing', 'synced')`, undefined, timing, deferred);
    const id = await typedIn();
    await store.push();
    expect(await statuses()).toEqual({ ...allSynced, Poison: 'error' });
    expect(
      (await store.pull([person({ first_name: 'Poison' }), person({ first_name: 'Katherine' })])).counts,
    ).toMatchObject({
      created: 1,
      rejected: 1,
    });
    expect(await store.state(id)).toMatchObject({ error_category: 'database' });
  });

  test.each([
    ['lock_not_available', '55P03'],
    ['serialization_failure', '40001'],
    ['deadlock_detected', '40P01'],
    ['query_canceled', '57014'],
    ['disk_full', '53100'],
    ['connection_failure', '08006'],
  ])('is not blamed for what nobody can help: %s ends the call', async (name, code) => {
    await rule(IS_POISON, `raise exception 'now' using errcode = '${name}'`);
    // not through PostgREST, which itself tries serialization failures again
    const pulled = store.sql.query("select public.upsert_leads($1, 'twenty')", [JSON.stringify(people())]);
    await expect(pulled).rejects.toMatchObject({ code });
    expect(await statuses()).toEqual({});
  });

  test('an old claim holds nothing back, whatever it reports', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const late = await store.rpc<Claim>('get_leads_for_sync', { p_limit: 1, p_lease_seconds: 0 });
    const [write] = (await store.plan(late, [])).writes;
    const fresh = await store.claim();
    const before = await store.state(id);
    const odd = { ...written(write), twenty_created_at: 'no date' };
    expect((await store.complete(late, [odd])).counts).toMatchObject({ stale: 1, error: 0 });
    expect(await store.state(id)).toEqual(before);
    expect(fresh.claimed).toBe(1);
  });
});
