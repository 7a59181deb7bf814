import { recordIdOf } from '../../nodes/Twenty/records/derived-id';
import { person, useStore, written, type Claim, type Json } from './store';

describe('the push', () => {
  const store = useStore();

  test('a form lead goes out as a create with its own id and every filled field', async () => {
    const id = await store.addLead({
      first_name: ' Ada ',
      email: 'Ada@Example.com',
      phone: '06 12 34 56 78',
      city: '',
    });
    const claim = await store.claim();
    expect(claim).toMatchObject({ claimed: 1, leads: [{ lead_id: id, twenty_id: id, email: 'ada@example.com' }] });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'syncing' });

    const { writes } = await store.plan(claim, [{ twenty_id: id, absent: true }]);
    expect(writes).toEqual([
      {
        lead_id: id,
        op: 'create',
        country: null,
        twenty_id: id,
        twenty_updated_at: null,
        twenty_record: null,
        values: { first_name: 'Ada', email: 'Ada@Example.com', phone: '06 12 34 56 78' },
      },
    ]);

    const done = await store.complete(claim, [written(writes[0], { email: 'ada@example.com', phone: '+33612345678' })]);
    expect(done.counts).toMatchObject({ created: 1, synced: 1 });
    expect(await store.lead(id)).toMatchObject({
      twenty_id: id,
      sync_status: 'synced',
      phone: '06 12 34 56 78',
      sync_direction: 'supabase_to_twenty',
    });
  });

  test.each(['019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a', '019ae2f0-7a11-4c3e-cb5d-3f0f4c1d2e6b'])(
    'a lead whose own id Twenty does not take (%s) has another one there, always the same',
    async (id) => {
      const twenty_id = recordIdOf(id);
      const email = `${id}@example.com`;
      await store.addLead({ id, first_name: 'Ada', email });
      const claim = await store.claim();
      expect(claim.leads).toMatchObject([{ lead_id: id, twenty_id }]);
      const { writes } = await store.plan(claim, [{ twenty_id, absent: true }]);
      expect(writes).toMatchObject([{ lead_id: id, op: 'create', twenty_id }]);

      // the answer is lost: the person is known by that id, with another address by now
      const landed = person({ twenty_id, first_name: 'Ada', email: `new-${email}` });
      const { results } = await store.pull([landed]);
      expect(results).toMatchObject([{ lead_id: id, twenty_id, linked: true }]);
      expect(await store.lead(id)).toMatchObject({ twenty_id, email: `new-${email}` });
    },
  );

  test('a created person whose lead has an id that Twenty does not take is destroyed when they are forgotten', async () => {
    const id = '019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6c';
    await store.addLead({ id, first_name: 'Ada' });
    await store.beginPush();
    const { to_destroy } = await store.rpc('forget_lead', { p_lead: id });
    expect(to_destroy).toMatchObject([{ record_id: recordIdOf(id) }]);
    expect((await store.pull([person({ twenty_id: recordIdOf(id) })])).results).toMatchObject([{ result: 'rejected' }]);
  });

  test('un-normalised rows are quiet after the first sync', async () => {
    const id = await store.addLead({ first_name: ' Ada ', email: 'Ada@Example.com', phone: '06 12 34 56 78' });
    const { claim, writes } = await store.beginPush();
    await store.complete(claim, [written(writes[0], { email: 'ada@example.com', phone: '+33612345678' })]);
    const inTwenty = person({ twenty_id: id, first_name: 'Ada', email: 'ada@example.com', phone: '+33612345678' });
    expect((await store.pull([inTwenty])).counts).toMatchObject({ unchanged: 1 });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('an edit goes out as an update of just that field, company fields together', async () => {
    const ada = await store.linked({ company_name: 'Acme', company_domain: 'acme.com' });
    await store.editLead(ada.twenty_id, { job_title: 'CTO', company_name: 'Acme Inc' });
    const { writes } = await store.beginPush([
      { ...ada, twenty_record: { name: { firstName: 'Ada', lastName: 'L' } } },
    ]);
    expect(writes).toMatchObject([
      {
        op: 'update',
        twenty_id: ada.twenty_id,
        twenty_updated_at: ada.twenty_updated_at,
        values: { job_title: 'CTO', company_name: 'Acme Inc', company_domain: 'acme.com' },
        twenty_record: { name: { firstName: 'Ada', lastName: 'L' } },
      },
    ]);
    expect(Object.keys(writes[0].values)).toHaveLength(3);
  });

  test('a cleared field goes out as a blank', async () => {
    const ada = await store.linked({ job_title: 'CTO' });
    await store.editLead(ada.twenty_id, { job_title: '  ' });
    const { writes } = await store.plan(await store.claim(), [ada]);
    expect(writes).toMatchObject([{ values: { job_title: null } }]);
  });

  test('a lead marked for a fresh compare that is equal returns to synced without a write', async () => {
    const ada = await store.linked();
    expect(await store.rpc('mark_leads_for_sync', { p_direction: 'bidirectional', p_limit: 1000 })).toMatchObject({
      marked: 1,
    });
    const { writes, released } = await store.plan(await store.claim(), [ada]);
    expect({ writes, released }).toEqual({ writes: [], released: 1 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'synced' });
  });

  test('what the bulk load did unseen by triggers is found by the compare', async () => {
    const ada = await store.linked();
    await store.sql.query(`set session_replication_role = 'replica'`);
    await store.editLead(ada.twenty_id, { first_name: 'Augusta' });
    await store.sql.query(`set session_replication_role = 'origin'`);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
    await store.rpc('mark_leads_for_sync', {});
    const { writes } = await store.plan(await store.claim(), [ada]);
    expect(writes).toMatchObject([{ values: { first_name: 'Augusta' } }]);
  });

  test('two workers never claim one lead', async () => {
    for (let i = 0; i < 30; i += 1) await store.addLead({ email: `p${i}@example.com` });
    const claims = await Promise.all(Array.from({ length: 5 }, () => store.claim(10)));
    const ids = claims.flatMap((c) => c.leads.map((l) => l.lead_id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await store.claim(100)).claimed).toBe(30);
  });

  test('an expired claim is taken again, and the late worker changes nothing', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const late = await store.rpc<Claim>('get_leads_for_sync', { p_limit: 1, p_lease_seconds: 0 });
    const [write] = (await store.plan(late, [])).writes;
    const fresh = await store.claim();
    expect(fresh.claimed).toBe(1);
    expect((await store.complete(late, [written(write)])).counts).toMatchObject({ stale: 1, synced: 0 });
    expect(await store.lead(id)).toMatchObject({ twenty_id: null, sync_status: 'syncing' });
    expect((await store.plan(late, [])).writes).toEqual([]);
  });

  test('a linked lead whose person is absent is never written', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const plan = await store.plan(await store.claim(), [{ twenty_id: ada.twenty_id, absent: true }]);
    expect(plan.writes).toEqual([]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({
      sync_status: 'pending',
      job_title: 'CTO',
      sync_error_message: expect.stringContaining('not found in Twenty'),
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 }); // not before the allowance
  });

  test('a lead whose person could not be read is left unwritten, says why, and waits', async () => {
    await store.sql.query(`update lead_sync.field_mappings set direction = 'both' where lead_field = 'lead_score'`);
    const [unread, unreadable] = [await store.linked(), await store.linked()];
    for (const { twenty_id } of [unread, unreadable]) await store.editLead(twenty_id, { job_title: 'CTO' });
    const claim = await store.claim();
    expect(await store.plan(claim, [{ ...unreadable, lead_score: 'high' }])).toMatchObject({ writes: [], released: 2 });
    expect(await store.lead(unread.twenty_id)).toMatchObject({
      sync_status: 'pending',
      sync_error_message: expect.stringContaining('was not read'),
    });
    expect(await store.lead(unreadable.twenty_id)).toMatchObject({
      sync_status: 'pending',
      sync_error_message: expect.stringContaining('"high"'),
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('a pre-push read that is stale writes nothing and the lead is due again', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const claim = await store.claim();
    await store.pull([{ ...ada, city: 'Paris' }]); // a webhook's read merges in between
    const plan = await store.plan(claim, [ada]);
    expect(plan.writes).toEqual([]);
    expect(plan.counts).toMatchObject({ stale: 1 });
    expect(await store.claim()).toMatchObject({ claimed: 1 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris' });
  });

  test('a field that Twenty changed meanwhile is merged before the write', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const plan = await store.plan(await store.claim(), [{ ...ada, city: 'Paris' }]);
    expect(plan.writes).toMatchObject([{ values: { job_title: 'CTO' } }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris' });
  });

  test('of two new leads with one e-mail the second waits, then is named a duplicate', async () => {
    const ids = [
      await store.addLead({ email: 'ada@example.com' }),
      await store.addLead({ email: 'Ada@example.com ' }),
    ].sort();
    const { claim, writes } = await store.beginPush();
    expect(writes.map((w) => w.lead_id)).toEqual([ids[0]]);
    await store.complete(claim, [written(writes[0])]);

    const second = await store.plan(await store.claim(), [person({ twenty_id: ids[0], email: 'ada@example.com' })]);
    expect(second.writes).toEqual([]);
    expect(second.counts).toMatchObject({ held: 1 });
    expect(await store.lead(ids[1])).toMatchObject({
      sync_status: 'error',
      sync_error_message: expect.stringContaining(`duplicate_of ${ids[0]}`),
    });
    await store.editLead(ids[1], { email: 'other@example.com' });
    expect((await store.plan(await store.claim(), [])).writes).toMatchObject([{ lead_id: ids[1], op: 'create' }]);
  });

  test('a lead whose e-mail only a tombstone holds is held until the person is restored', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
    const tombstone = person({ email: 'ada@example.com', twenty_deleted_at: '2026-02-01T00:00:00Z' });
    const plan = await store.plan(await store.claim(), [tombstone]);
    expect(plan).toMatchObject({ writes: [], counts: { held: 1 } });
    expect(await store.lead(id)).toMatchObject({
      sync_status: 'error',
      sync_error_message: expect.stringContaining('tombstone'),
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 });

    await store.pull([{ ...tombstone, twenty_deleted_at: null }]);
    expect(await store.lead(id)).toMatchObject({ twenty_id: tombstone.twenty_id, sync_status: 'pending' });
  });

  test('a record whose new e-mail is another record’s in the batch waits for the next batch', async () => {
    const people = [await store.linked(), await store.linked()].sort((a, b) => (a.twenty_id < b.twenty_id ? -1 : 1));
    const [a, b] = people as Array<Json & { twenty_id: string; email: string }>;
    await store.editLead(a.twenty_id, { email: 'free@example.com' });
    await store.editLead(b.twenty_id, { email: a.email });
    const { writes, released } = await store.plan(await store.claim(), people);
    expect(writes.map((w) => w.lead_id)).toEqual([a.twenty_id]);
    expect(released + writes.length).toBe(2);
  });

  test('deletion and restore here travel, fields wait for the restore', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { deleted_at: '2026-02-02', job_title: 'CTO' });
    const { claim, writes } = await store.beginPush([ada]);
    expect(writes).toMatchObject([{ op: 'delete', twenty_id: ada.twenty_id, values: {} }]);
    await store.complete(claim, [written(writes[0])]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'synced' });

    await store.editLead(ada.twenty_id, { deleted_at: null });
    const again = await store.claim();
    const restore = await store.plan(again, [{ ...ada, twenty_deleted_at: '2026-02-02T00:00:00Z' }]);
    expect(restore.writes).toMatchObject([{ op: 'restore', values: { first_name: 'Ada', job_title: 'CTO' } }]);
    expect((await store.complete(again, [written(restore.writes[0])])).counts).toMatchObject({
      restored: 1,
      synced: 1,
    });
  });

  test('a lead deleted before it ever went out is not due', async () => {
    const id = await store.addLead({ email: 'ada@example.com', deleted_at: '2026-01-01' });
    expect((await store.plan(await store.claim(), [])).writes).toEqual([]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
  });

  test('setting sync_status to pending by hand makes a lead due', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { sync_status: 'pending' });
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });
});
