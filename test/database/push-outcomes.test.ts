import { failed, person, useStore, written } from './store';

describe('what comes of a push', () => {
  const store = useStore();

  test('keeps a local edit made while the push was in flight', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const { claim, writes } = await store.beginPush([ada]);
    await store.editLead(ada.twenty_id, { job_title: 'CEO' });
    expect((await store.complete(claim, [written(writes[0])])).counts).toMatchObject({ pending: 1 });
    const again = await store.plan(await store.claim(), [{ ...ada, job_title: 'CTO' }]);
    expect(again.writes).toMatchObject([{ values: { job_title: 'CEO' } }]);
    expect(again.counts).toMatchObject({ conflict: 0 });
  });

  test('a write whose answer was lost is recognised when it comes back', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { phone: '06 12 34 56 78' });
    const { claim, writes } = await store.beginPush([ada]);
    const done = await store.complete(claim, [failed(writes[0], 'timeout', 'unknown', 'no answer in 30 s')]);
    expect(done.results).toMatchObject([{ sync_status: 'pending', dead: false }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({
      sync_error_count: 0,
      sync_error_message: 'no answer in 30 s',
    });

    const answer = await store.pull([{ ...ada, phone: '+33612345678' }]);
    expect(answer.counts).toMatchObject({ conflict: 0, unchanged: 1 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'synced', phone: '06 12 34 56 78' });
  });

  test('a create whose answer was lost is linked by its id, not created again', async () => {
    const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();
    await store.complete(claim, [failed(writes[0], 'network', 'unknown')]);
    await store.sql.query('update lead_sync.lead_states set due_at = now()');
    const again = await store.claim();
    const plan = await store.plan(again, [person({ twenty_id: id, first_name: 'Ada', email: 'ada@example.com' })]);
    expect(plan.writes).toEqual([]);
    expect(await store.lead(id)).toMatchObject({ twenty_id: id, sync_status: 'synced' });
  });

  test('refusals back off and become a dead letter, which a mark replays', async () => {
    await store.sql.query('update lead_sync.settings set max_attempts = 2');
    const id = await store.addLead({ email: 'ada@example.com' });
    const fail = async () => {
      const { claim, writes } = await store.beginPush();
      return (await store.complete(claim, [failed(writes[0], 'validation', 'refused', 'bad phone')])).results[0];
    };
    const first = await fail();
    expect(first).toMatchObject({ sync_status: 'error', dead: false });
    const wait = Date.parse(first.next_attempt_at ?? '') - Date.now();
    expect(wait).toBeGreaterThan(45_000);
    expect(wait).toBeLessThan(75_000);
    expect(await store.claim()).toMatchObject({ claimed: 0 });

    await store.sql.query('update lead_sync.lead_states set due_at = now()');
    expect(await fail()).toMatchObject({ dead: true, next_attempt_at: null });
    expect(await store.lead(id)).toMatchObject({
      sync_status: 'error',
      sync_error_count: 2,
      sync_error_message: 'bad phone',
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 });

    await store.rpc('mark_leads_for_sync', {});
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });

  test.each([
    ['rate_limit', 'not_sent'],
    ['timeout', 'unknown'],
    ['network', 'unknown'],
    ['auth', 'refused'],
    ['server', 'refused'],
    ['validation', 'not_sent'],
  ])('%s (%s) does not count towards the dead letter but waits', async (category, outcome) => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();
    await store.complete(claim, [failed(writes[0], category, outcome)]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending', sync_error_count: 0 });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('what does not count is tried again ever more seldom', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await store.sql.query('update lead_sync.lead_states set due_at = now()');
      const { claim, writes } = await store.beginPush();
      const { results } = await store.complete(claim, [failed(writes[0], 'server', 'refused')]);
      waits.push(Date.parse(results[0].next_attempt_at ?? '') - Date.now());
    }

    expect(waits.every((wait, attempt) => attempt === 0 || wait > waits[attempt - 1] || wait > 4 * 3_600_000)).toBe(
      true,
    );
    expect(waits[9]).toBeGreaterThan(4 * 3_600_000);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending', sync_error_count: 0 });
  });

  test('what is given back is due again at once, as it was before the claim, and nothing is noted', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const { claim, writes } = await store.beginPush([ada]);
    const given = writes.map(({ lead_id, op }) => ({ lead_id, op, ok: false, outcome: 'given_back' }));

    expect(await store.complete(claim, given)).toMatchObject({ counts: { pending: 1, error: 0 }, remaining: 1 });

    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'pending', sync_error_message: null });
    expect(await store.state(ada.twenty_id)).toMatchObject({
      claim_token: null,
      retries: 0,
      error_category: null,
      intent: null,
    });
    expect(await store.rows("select from public.lead_sync_history where sync_status = 'error'")).toEqual([]);
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });

  test('a lead that is given back unplanned keeps what an earlier write may have left in Twenty', async () => {
    const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();
    await store.complete(claim, [failed(writes[0], 'network', 'unknown')]);
    const before = await store.state(id);
    await store.sql.query('update lead_sync.lead_states set due_at = now()');

    await store.complete(await store.claim(), [{ lead_id: id, ok: false, outcome: 'given_back' }]);

    expect(await store.state(id)).toMatchObject({ intent: before.intent, retries: before.retries, claim_token: null });
    expect(before.intent).not.toBeNull();
  });

  test('an answer that names another lead’s person is no success', async () => {
    const ada = await store.linked();
    const id = await store.addLead({ email: 'eve@example.com' });
    const { claim, writes } = await store.beginPush();
    const done = await store.complete(claim, [{ ...written(writes[0]), twenty_id: ada.twenty_id }]);
    expect(done.results).toMatchObject([{ sync_status: 'error' }]);
    expect(await store.lead(id)).toMatchObject({
      twenty_id: null,
      sync_error_message: expect.stringContaining(`duplicate_of ${ada.twenty_id}`),
    });
  });

  test('an update that brought the person back as another incarnation sends the whole lead again', async () => {
    const ada = await store.linked({ city: 'Paris' });
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const { claim, writes } = await store.beginPush([ada]);
    const reborn = '2026-05-05T00:00:00Z';
    const done = await store.complete(claim, [{ ...written(writes[0]), twenty_created_at: reborn }]);
    expect(done.counts).toMatchObject({ pending: 1 });
    const again = await store.plan(await store.claim(), [
      person({ twenty_id: ada.twenty_id, twenty_created_at: reborn, job_title: 'CTO' }),
    ]);
    expect(again.writes).toMatchObject([
      { op: 'update', values: { first_name: 'Ada', city: 'Paris', email: ada.email } },
    ]);
  });

  test('a snapshot merged while the write was in flight keeps its newer base', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    const { claim, writes } = await store.beginPush([ada]);
    await store.pull([{ ...ada, job_title: 'Boss', twenty_updated_at: new Date().toISOString() }]); // somebody else, just after our write
    await store.complete(claim, [written(writes[0])]);
    expect(await store.state(ada.twenty_id)).toMatchObject({ base_remote: { job_title: 'Boss' } });
  });

  test('a poisoned result is refused as a malformed call', async () => {
    await expect(store.rpc('update_sync_status', { p_claim_token: null, p_results: [] })).rejects.toMatchObject({
      code: '22023',
    });
    await expect(store.rpc('get_leads_for_sync', { p_limit: 0 })).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('between 1 and 1,000'),
    });
  });
});
