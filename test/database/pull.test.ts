import { randomUUID } from 'node:crypto';
import { longEmail, person, useStore, type Json } from './store';

describe('snapshots through the door', () => {
  const store = useStore();

  const one = async (snapshot: Json, args: Json = {}) => (await store.pull([snapshot], args)).results[0];

  test('a new person becomes a lead that is synced and has nothing to send', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com', lead_score: 5, attributes: { utm: 'x' } });
    const result = await one(ada);
    expect(result).toMatchObject({ result: 'created', lead_id: ada.twenty_id, index: 0 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({
      twenty_id: ada.twenty_id,
      first_name: 'Ada',
      email: 'ada@example.com',
      lead_score: null, // flows to Twenty only
      sync_status: 'synced',
      sync_direction: 'twenty_to_supabase',
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('the same snapshot again changes nothing, not even a timestamp', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com' });
    await one(ada);
    const before = [
      await store.lead(ada.twenty_id),
      await store.state(ada.twenty_id),
      await store.rows('select count(*) from public.lead_sync_history'),
    ];
    expect(await one(ada)).toMatchObject({ result: 'unchanged' });
    expect([
      await store.lead(ada.twenty_id),
      await store.state(ada.twenty_id),
      await store.rows('select count(*) from public.lead_sync_history'),
    ]).toEqual(before);
  });

  test('a change in Twenty comes in; a field the snapshot does not name stays', async () => {
    const ada = person({ first_name: 'Ada', city: 'Paris', phone: '+33612345678' });
    await one(ada);
    const { city, ...withoutCity } = ada;
    expect(city).toBe('Paris');
    expect(await one({ ...withoutCity, first_name: 'Augusta', phone: null })).toMatchObject({
      result: 'updated',
      fields: expect.arrayContaining(['first_name', 'phone']),
    });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Augusta', city: 'Paris', phone: null });
  });

  test('mapped attributes come in and blanks remove them', async () => {
    await store.sql.query(
      `insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.utm', 'utmSource'), ('person', 'attributes.note', 'note')`,
    );
    const ada = person({ attributes: { utm: 'spring', note: 'hi' } });
    await one(ada);
    await store.sql.query(`update public.leads set attributes = attributes || '{"own": 1}' where id = $1`, [
      ada.twenty_id,
    ]);
    await one({ ...ada, attributes: { utm: 'summer', note: '' } });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ attributes: { utm: 'summer', own: 1 } });
  });

  test('a form lead is linked by e-mail, whatever its spelling, and the oldest of two wins', async () => {
    const older = await store.addLead({ email: ' ADA@Example.com', first_name: 'Ada', created_at: '2026-01-01' });
    const younger = await store.addLead({ email: 'ada@example.com' });
    const ada = person({ email: 'ada@example.com', job_title: 'CTO', first_name: 'Ada' });
    expect(await one(ada)).toMatchObject({ lead_id: older, linked: true, result: 'updated' });
    expect(await store.lead(older)).toMatchObject({
      twenty_id: ada.twenty_id,
      job_title: 'CTO',
      email: ' ADA@Example.com',
      sync_status: 'synced',
    });
    expect(await store.lead(younger)).toMatchObject({ twenty_id: null });
  });

  test('a deleted person unknown here makes no lead', async () => {
    const gone = person({ email: 'x@example.com', twenty_deleted_at: '2026-01-02T00:00:00Z' });
    expect(await one(gone)).toMatchObject({
      result: 'unchanged',
      lead_id: null,
      reason: expect.stringContaining('deleted in Twenty'),
    });
    expect(await store.rows('select id from public.leads')).toEqual([]);
  });

  test('deletion and restore in Twenty travel', async () => {
    const ada = person({ first_name: 'Ada' });
    await one(ada);
    await one({ ...ada, twenty_deleted_at: '2026-02-01T00:00:00Z' });
    expect((await store.lead(ada.twenty_id)).deleted_at).not.toBeNull();
    await one(ada);
    expect((await store.lead(ada.twenty_id)).deleted_at).toBeNull();
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('a deletion in Twenty stays there when the mapping says so, and nothing is written to the tombstone', async () => {
    await store.sql.query(`update lead_sync.field_mappings set direction = 'to_twenty' where lead_field = 'deleted'`);
    const ada = person({ first_name: 'Ada' });
    await one(ada);
    const deleted = { ...ada, twenty_deleted_at: '2026-02-01T00:00:00Z' };
    await one(deleted);
    await store.editLead(ada.twenty_id, { first_name: 'Augusta' });
    const claim = await store.claim();
    const plan = await store.plan(claim, [deleted]);
    expect(plan.writes).toEqual([]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ deleted_at: null, first_name: 'Augusta' });
  });

  test('a snapshot read before the last merge is stale and ignored', async () => {
    const ada = person({ first_name: 'Ada' });
    const before = await store.now();
    await one(ada);
    expect(await one({ ...ada, first_name: 'Old' }, { p_read_started_at: before })).toMatchObject({ result: 'stale' });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Ada' });
  });

  test('a snapshot that was read later and shows a later version is merged, although an earlier read arrived after it had begun', async () => {
    const ada = person({ first_name: 'Ada', twenty_updated_at: '2026-01-01T00:00:00Z' });
    const edited = { ...ada, first_name: 'Augusta', twenty_updated_at: '2026-01-02T00:00:00Z' };
    const earlier = await store.now();
    const later = await store.now();
    await one(ada, { p_read_started_at: earlier });
    expect(await one(edited, { p_read_started_at: later })).toMatchObject({ result: 'updated' });
    expect(await one(ada, { p_read_started_at: earlier })).toMatchObject({ result: 'stale' });
    expect(await one(edited, { p_read_started_at: later })).toMatchObject({ result: 'stale' });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Augusta' });
  });

  test('a record stamped in the year 2099 does not win over a later edit here', async () => {
    const ada = person({ first_name: 'Ada', twenty_updated_at: '2099-01-01T00:00:00Z' });
    await one(ada);
    const read = await store.now();
    await store.editLead(ada.twenty_id, { first_name: 'Local' });
    expect(await one({ ...ada, first_name: 'Remote' }, { p_read_started_at: read })).toMatchObject({
      result: 'conflict',
    });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Local', sync_status: 'pending' });
    expect(
      await store.rows('select field, winner, supabase_value, twenty_value from public.lead_sync_conflicts'),
    ).toEqual([{ field: 'first_name', winner: 'supabase', supabase_value: 'Local', twenty_value: 'Remote' }]);
  });

  test('a person who comes back as another incarnation does not blank the lead: all of it goes out', async () => {
    const ada = person({ first_name: 'Ada', job_title: 'CTO', city: 'Paris' });
    await one(ada);
    const reborn = {
      ...ada,
      twenty_created_at: '2026-03-03T00:00:00Z',
      first_name: 'Ada',
      job_title: null,
      city: null,
    };
    await one(reborn);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'CTO', city: 'Paris', sync_status: 'pending' });
    const plan = await store.plan(await store.claim(), [reborn]);
    expect(plan.writes).toMatchObject([{ op: 'update', values: { job_title: 'CTO', city: 'Paris' } }]);
  });

  test('an absence counts only when a later read confirms it', async () => {
    const ada = person({ first_name: 'Ada' });
    await one(ada);
    const absent = { twenty_id: ada.twenty_id, absent: true };
    expect(await one(absent)).toMatchObject({ result: 'held', reason: expect.stringContaining('later read') });
    expect(await one(absent)).toMatchObject({ result: 'held' });
    expect((await store.lead(ada.twenty_id)).deleted_at).toBeNull();
    await store.sql.query(`update lead_sync.settings set absence_allowance = '0'`);
    expect(await one(absent)).toMatchObject({ result: 'updated' });
    expect((await store.lead(ada.twenty_id)).deleted_at).not.toBeNull();
    expect(await one(absent)).toMatchObject({ result: 'unchanged' });
  });

  test('an absence that a later read disproves is forgotten', async () => {
    const ada = person({ first_name: 'Ada' });
    await one(ada);
    await one({ twenty_id: ada.twenty_id, absent: true });
    await one(ada);
    expect(await store.state(ada.twenty_id)).toMatchObject({ absent_since: null, gone: false });
  });

  test('an e-mail too long for the index is rejected alone', async () => {
    const { results, counts } = await store.pull([
      person({ email: 'good@example.com' }),
      person({ email: longEmail() }),
      person({ email: 'fine@example.com' }),
    ]);
    expect(counts).toMatchObject({ created: 2, rejected: 1 });
    expect(results.find((r) => r.index === 1)).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining('54000'),
    });
  });

  test('a bad value is rejected alone, with the reason; its batch-mates land', async () => {
    const people = Array.from({ length: 9 }, (_, i) => person({ first_name: `P${i}` }));
    const answer = await store.pull([
      ...people.slice(0, 4),
      person({ twenty_updated_at: 'yesterday-ish' }),
      ...people.slice(4),
      'nonsense' as unknown as Json,
      { email: 'no id' },
    ]);
    expect(answer.counts).toMatchObject({ created: 9, rejected: 3 });
    expect(answer.results.filter((r) => r.result === 'rejected').map((r) => [r.index, r.reason])).toEqual(
      expect.arrayContaining([
        [4, expect.stringContaining('invalid input syntax')],
        [10, expect.stringContaining('not an object')],
        [11, expect.stringContaining('twenty_id')],
      ]),
    );
  });

  test('a record that comes twice in a page counts once, the later copy', async () => {
    const ada = person({ first_name: 'Ada' });
    const answer = await store.pull([ada, { ...ada, first_name: 'Augusta' }]);
    expect(answer.results.map((r) => r.result)).toEqual(['unchanged', 'created']);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Augusta' });
  });

  test('two sessions that bring the same new person make one lead', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com' });
    const p_read_started_at = await store.now();
    const answers = await Promise.all(Array.from({ length: 6 }, () => store.pull([ada], { p_read_started_at })));
    expect(answers.flatMap((a) => a.results).filter((r) => r.result === 'created')).toHaveLength(1);
    expect(await store.rows('select id from public.leads')).toHaveLength(1);
  });

  test('a field that Twenty lacks is left out, and goes out once it is there', async () => {
    const ada = person({ first_name: 'Ada' });
    await one(ada, { p_missing_fields: ['leadStatus'] });
    await store.editLead(ada.twenty_id, { lead_status: 'new' });
    const first = await store.plan(await store.claim(), [ada]);
    expect(first.writes).toEqual([]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'synced', lead_status: 'new' });

    await store.pull([], { p_missing_fields: [] });
    const second = await store.plan(await store.claim(), [{ ...ada, lead_status: null }]);
    expect(second.writes).toMatchObject([{ values: { lead_status: 'new' } }]);
  });

  test('a field that the company lacks in Twenty is left out, and no other of the company', async () => {
    await store.sql.query(
      `update lead_sync.field_mappings set enabled = true where object = 'person' and lead_field = 'company_size'`,
    );
    const ada = person({ first_name: 'Ada', company_name: 'Acme' });
    await one({ ...ada, company_size: '250' });
    await one({ ...ada, company_name: 'Acme Ltd.' }, { p_missing_fields: ['company.employees'] });

    expect(await store.lead(ada.twenty_id)).toMatchObject({ company_name: 'Acme Ltd.', company_size: '250' });
    expect(await store.rows('select lead_field from lead_sync.field_mappings where missing_since is not null')).toEqual(
      [{ lead_field: 'company_size' }],
    );
  });

  test('history names what changed, when it became due and when it was settled', async () => {
    const ada = person({ first_name: 'Ada' });
    await one(ada);
    const [row] = await store.rows<{ created_at: Date; synced_at: Date } & Json>(
      'select * from public.lead_sync_history where lead_id = $1',
      [ada.twenty_id],
    );
    expect(row).toMatchObject({
      sync_direction: 'twenty_to_supabase',
      sync_status: 'synced',
      fields_changed: ['first_name'],
    });
    expect(row.created_at.toISOString()).toBe(ada.twenty_updated_at);
    expect(row.synced_at.getTime()).toBeGreaterThan(row.created_at.getTime());
  });

  test('more than 5,000 snapshots are refused with what to do', async () => {
    await expect(store.rpc('upsert_leads', { p_leads: Array.from({ length: 5001 }, () => 1) })).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('5,000'),
      hint: expect.stringContaining('smaller'),
    });
  });

  test('an unknown twenty id matches a lead by its own id only while that lead is unlinked', async () => {
    const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });
    expect(await one(person({ twenty_id: id, first_name: 'Ada' }))).toMatchObject({ lead_id: id, linked: true });
    const other = randomUUID();
    await store.sql.query('update public.leads set twenty_id = $2 where id = $1', [id, other]);
    const stranger = await one(person({ twenty_id: id, first_name: 'Stranger' }));
    expect(stranger).toMatchObject({ result: 'created', linked: false });
    expect(stranger.lead_id).not.toBe(id);
  });
});
