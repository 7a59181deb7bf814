import { randomUUID } from 'node:crypto';
import { person, useStore, written, type Json, type Snapshot } from './store';

const store = useStore();
beforeEach(() => store.sql.query("update lead_sync.settings set absence_allowance = '0 s'"));

describe('a mapping that changes while leads are synced', () => {
  const map = (field: string, set: string): Promise<unknown> =>
    store.sql.query(`update lead_sync.field_mappings set ${set} where object = 'person' and lead_field = $1`, [field]);

  /** A lead and its person that agree. */
  async function agreed(values: Json = {}): Promise<Snapshot> {
    const ada = person({ first_name: 'Ada', city: 'Paris', ...values });
    await store.pull([ada]);
    return ada;
  }
  /** What a push sends, when Twenty shows these people. */
  async function pushed(...people: Snapshot[]): Promise<Json[]> {
    const { writes } = await store.push(people);
    return writes.map((write) => write.values);
  }
  async function reconcile(...people: Snapshot[]): Promise<Record<string, number>> {
    const { run } = await store.rpc<{ run: Json }>('start_sync_run', {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
      p_options: {},
    });
    await store.rpc('compare_lead_ids', {
      p_run: run,
      p_records: people.map((p) => [p.twenty_id, p.twenty_created_at, p.twenty_updated_at, p.twenty_deleted_at]),
      p_page: { after: null, position: 'end', has_next: false },
      p_read_started_at: await store.now(),
    });
    const finished = await store.rpc<{ run: { figures: Record<string, number> } }>('finish_sync_run', { p_run: run });
    return finished.run.figures;
  }

  test('a field that was removed in Twenty and made again is filled from the leads, and erases none', async () => {
    const ada = await agreed();
    await store.pull([], { p_missing_fields: ['city'] });
    await store.pull([], { p_missing_fields: [] });

    expect(await pushed({ ...ada, city: null })).toEqual([{ city: 'Paris' }]);
    await store.pull([{ ...ada, city: 'Paris' }]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris', sync_status: 'synced' });
  });

  test('a field that is off while it is removed in Twenty and made again erases no lead', async () => {
    const ada = await agreed();
    await map('city', 'enabled = false');
    const edited = { ...ada, job_title: 'CTO', twenty_updated_at: await store.now() };
    await store.pull([{ ...edited, city: undefined }]);
    await map('city', 'enabled = true');

    const shown = { ...edited, city: null };
    await store.pull([shown]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris', job_title: 'CTO' });
    expect(await reconcile(shown)).toMatchObject({ unsynced: 0, queued: 1 });
    expect(await pushed(shown)).toEqual([{ city: 'Paris' }]);
  });

  test('a missing field that is switched off stays missing, queues no lead, and erases none when it is back', async () => {
    const ada = await agreed();
    await store.pull([], { p_missing_fields: ['city'] });
    await map('city', 'enabled = false');
    const edited = { ...ada, job_title: 'CTO', twenty_updated_at: await store.now() };
    await store.pull([{ ...edited, city: undefined }], { p_missing_fields: [] }); // of rows that are off no run knows
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'CTO', sync_status: 'synced' });
    await map('city', 'enabled = true');

    const shown = { ...edited, city: null };
    await store.pull([shown], { p_missing_fields: [] });

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris' });
    expect(await pushed(shown)).toEqual([{ city: 'Paris' }]);
  });

  test('a field that is switched on while a run is at work without it is agreed by the next one', async () => {
    const ada = await agreed();
    await map('city', 'enabled = false');
    const { run } = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    await map('city', 'enabled = true');
    const edited = { ...ada, job_title: 'CTO', twenty_updated_at: await store.now() };
    await store.pull([{ ...edited, city: undefined }], { p_run: run });

    const shown = { ...edited, city: null };
    await store.pull([shown]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris', job_title: 'CTO' });
    expect(await pushed(shown)).toEqual([{ city: 'Paris' }]);
  });

  test('a run that still reads the other place is refused, says why, and the next one goes on', async () => {
    const start = (): Promise<{ run: Json }> => store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' });
    const ada = await agreed();
    const { run } = await start();
    await map('city', "twenty_field = 'homeTown'");

    await expect(store.pull([{ ...ada, first_name: 'Ada B.' }], { p_run: run })).rejects.toMatchObject({
      code: 'PT409',
      message: expect.stringMatching(/^Sync run .* began before the mapping changed: city is now homeTown in Twenty$/),
    });
    await store.rpc('finish_sync_run', { p_run: run, p_status: 'failed' });
    const shown = { ...ada, first_name: 'Ada B.', city: null };
    await store.pull([shown], { p_run: (await start()).run });

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris', first_name: 'Ada B.' });
    expect(await pushed(shown)).toEqual([{ city: 'Paris' }]);
  });

  test('a run goes on while another object’s mapping, or who wins, changes', async () => {
    const ada = await agreed();
    const { run } = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    await map('city', "policy = 'twenty_wins'");
    await store.sql.query(
      "update lead_sync.field_mappings set twenty_field = 'title' where object = 'opportunity' and lead_field = 'name'",
    );

    expect((await store.pull([ada], { p_run: run })).counts).toMatchObject({ unchanged: 1 });
  });

  test('a field that is read from another place in Twenty keeps the lead’s value where that place is blank', async () => {
    const ada = await agreed();
    await map('city', "twenty_field = 'homeTown'");

    await store.pull([{ ...ada, city: null, first_name: 'Ada B.' }]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris', first_name: 'Ada B.' });
    expect(await pushed({ ...ada, city: null, first_name: 'Ada B.' })).toEqual([{ city: 'Paris' }]);
  });

  test('what the other place holds is a conflict, which the policy decides', async () => {
    const ada = await agreed();
    await map('city', "twenty_field = 'homeTown', policy = 'supabase_wins'");

    const { results } = await store.pull([{ ...ada, city: 'Rome' }]);

    expect(results).toMatchObject([{ result: 'conflict' }]);
    expect(await pushed({ ...ada, city: 'Rome' })).toEqual([{ city: 'Paris' }]);
  });

  test('a field that only went out and now comes in, too, brings what only Twenty has', async () => {
    const ada = await agreed({ lead_score: 50 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ lead_score: null });
    await map('lead_score', "direction = 'both'");

    await store.pull([{ ...ada, lead_score: 50 }]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ lead_score: '50', sync_status: 'synced' });
  });

  test('a field that is taken into the mapping while a push runs counts as sent only when it was', async () => {
    await store.sql.query("delete from lead_sync.field_mappings where lead_field = 'city'");
    const ada = await agreed();
    await store.editLead(ada.twenty_id, { first_name: 'Ada B.', city: 'Oslo' });
    await store.sql.query(
      "insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'city', 'city')",
    );

    const { claim, writes } = await store.beginPush([{ ...ada, city: undefined }]);
    // the node still works with the mapping of the run's start
    await store.complete(claim, [{ ...written(writes[0]), values: { first_name: 'Ada B.' } }]);

    expect(writes[0].values).toMatchObject({ city: 'Oslo' });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'pending' });
    const shown = { ...ada, first_name: 'Ada B.', city: null };
    expect(await pushed(shown)).toEqual([{ city: 'Oslo' }]);
    await store.pull([{ ...shown, city: 'Oslo' }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Oslo', sync_status: 'synced' });
  });

  test('the reconciliation queues what the change left undone, and calls it no drift', async () => {
    const ada = await agreed();
    await map('city', "twenty_field = 'homeTown'");

    expect(await reconcile(ada)).toMatchObject({ unsynced: 0, queued: 1 });
    expect(await pushed({ ...ada, city: null })).toEqual([{ city: 'Paris' }]);
    expect(await reconcile(ada)).toMatchObject({ unsynced: 0, queued: 0 });
  });

  test('a segment with a new name goes out to the leads that have it', async () => {
    await map('segment', 'enabled = true');
    const [{ id }] = await store.rows<{ id: string }>(
      "insert into public.customer_segments (segment_name) values ('Big') returning id",
    );
    const ada = await agreed();
    await store.editLead(ada.twenty_id, { segment_id: id });
    expect(await pushed(ada)).toEqual([{ segment: 'Big' }]);

    await store.sql.query("update public.customer_segments set segment_name = 'Enterprise'");

    expect(await pushed({ ...ada, segment: 'Big' })).toEqual([{ segment: 'Enterprise' }]);
  });
});

describe('a lead that is linked by hand', () => {
  test('to nobody gets a new person with all its values, also where deletions stay in Twenty', async () => {
    await store.sql.query("update lead_sync.field_mappings set enabled = false where lead_field = 'deleted'");
    const ada = person({ first_name: 'Ada', email: 'ada@example.com' });
    await store.pull([ada]);
    const gone = { twenty_id: ada.twenty_id, absent: true };
    await store.pull([gone]);
    await store.pull([gone]);

    await store.editLead(ada.twenty_id, { twenty_id: null });

    const { writes } = await store.plan(await store.claim(), [gone]);
    expect(writes).toMatchObject([{ op: 'create', values: { first_name: 'Ada', email: 'ada@example.com' } }]);
  });

  test('to somebody who is not in Twenty waits for a human, and is not taken for deleted', async () => {
    const id = await store.addLead({ first_name: 'Ada', twenty_id: randomUUID() });
    const gone = { twenty_id: (await store.lead(id)).twenty_id, absent: true };
    await store.plan(await store.claim(), [gone]);
    await store.plan(await store.claim(), [gone]);
    await store.pull([gone]);

    expect(await store.lead(id)).toMatchObject({
      deleted_at: null,
      sync_status: 'error',
      sync_error_message: expect.stringContaining('names nobody in Twenty') as string,
    });
    expect((await store.claim()).claimed).toBe(0);

    await store.editLead(id, { twenty_id: null });
    expect((await store.plan(await store.claim(), [])).writes).toMatchObject([{ op: 'create', lead_id: id }]);
  });

  test('to another person is merged with that one, and a push at work with the old one loses its claim', async () => {
    const [ada, grace] = [person({ first_name: 'Ada', city: 'Paris' }), person({ first_name: 'Grace', city: null })];
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { city: 'Oslo' });
    const { claim, writes } = await store.beginPush([ada]);

    await store.editLead(ada.twenty_id, { twenty_id: grace.twenty_id });
    const { results } = await store.complete(claim, [written(writes[0])]);
    await store.plan(await store.claim(), [grace]);

    expect(results).toMatchObject([{ stale: true }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ twenty_id: grace.twenty_id, city: 'Oslo' });
  });
});

describe('many people that are not found at once', () => {
  async function linked(count: number): Promise<Snapshot[]> {
    const people = Array.from({ length: count }, () => person({ first_name: randomUUID() }));
    await store.pull(people);
    return people;
  }
  const deleted = async (): Promise<number> =>
    (await store.rows('select from public.leads where deleted_at is not null')).length;

  test('are left to a reconciliation: this may be the key of another workspace', async () => {
    const people = await linked(30);
    await store.sql.query("update public.leads set job_title = 'CTO'");
    const gone = people.map(({ twenty_id }) => ({ twenty_id, absent: true }));

    const first = await store.plan(await store.claim(), gone);
    await store.sql.query('update lead_sync.lead_states set due_at = now() where due_at is not null');
    const second = await store.plan(await store.claim(), gone);
    const third = await store.pull(gone);

    expect([first.writes, second.writes, await deleted()]).toEqual([[], [], 0]);
    expect(third.results[0]).toMatchObject({
      result: 'held',
      reason: expect.stringContaining('another workspace') as string,
    });
    expect((await store.claim()).claimed).toBe(0);
  });

  test('are taken for gone by the second read when they are few among many', async () => {
    const people = await linked(300);
    const answer = people.map((p, index) => (index < 25 ? { twenty_id: p.twenty_id, absent: true } : p));

    await store.pull(answer);
    await store.pull(answer);

    expect(await deleted()).toBe(25);
  });
});
