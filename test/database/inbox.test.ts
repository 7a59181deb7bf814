import { randomUUID } from 'node:crypto';
import { hint, Inbox, type Drain } from './inbox';
import { person, useStore } from './store';

const store = useStore();
const { add, claim, claimed, finish, merge, startDrain, rows: inbox } = new Inbox(store);

describe('adding to the inbox', () => {
  test('many hints for one record make one row', async () => {
    const [ada, grace] = [randomUUID(), randomUUID()];

    expect(await add(hint(ada), hint(grace), hint(ada), hint(ada))).toEqual({
      added: 2,
      coalesced: 2,
      ignored: 0,
      waiting: 2,
    });
    expect(await add(hint(ada))).toMatchObject({ added: 0, coalesced: 1, waiting: 2 });
    expect((await inbox()).find((row) => row.record_id === ada)).toMatchObject({ hints: 4, run_id: null });
  });

  test('what is not synced or names no record is ignored and counted', async () => {
    const answer = await add(
      hint(randomUUID(), 'opportunity'),
      hint('no-uuid'),
      { object: 'person' },
      { record_id: randomUUID() },
      'person',
      null,
      7,
      hint(randomUUID()),
    );

    expect(answer).toMatchObject({ added: 1, coalesced: 0, ignored: 7 });
  });

  test('companies count only where their fields are mapped', async () => {
    expect(await add(hint(randomUUID(), 'company'))).toMatchObject({ added: 1 });
    await store.sql.query("update lead_sync.field_mappings set enabled = false where twenty_field like 'company.%'");

    expect(await add(hint(randomUUID(), 'company'))).toMatchObject({ added: 0, ignored: 1 });
  });

  test('the hours count what came and what was read, whichever session counted', async () => {
    const id = randomUUID();
    await add(hint(id), hint(id), hint('x'));
    await add(hint(id));
    const { run, hints } = await claimed();
    await merge(run, hints, [person({ twenty_id: id, first_name: 'Ada' })]);

    const [hours] = await store.rows(
      `select sum(received)::int as received, sum(added)::int as added, sum(coalesced)::int as coalesced, sum(ignored)::int as ignored,
         sum(drained)::int as drained
       from lead_sync.inbox_hours`,
    );
    expect(hours).toEqual({ received: 4, added: 1, coalesced: 2, ignored: 1, drained: 1 });
  });

  test('a call that is malformed or too long says what to do', async () => {
    await expect(store.rpc('add_to_inbox', { p_events: { object: 'person' } })).rejects.toThrow('must be an array');
    const events = Array.from({ length: 10_001 }, () => hint(randomUUID()));
    await expect(add(...events)).rejects.toThrow('At most 10,000 events');
  });
});

describe('draining the inbox', () => {
  test('reads what waits once and merges it; the record leaves in the same transaction', async () => {
    const ada = person({ first_name: 'Ada' });
    await add(hint(ada.twenty_id), hint(ada.twenty_id));
    const { run, hints } = await claimed();
    expect(hints).toMatchObject({ claimed: 1, remaining: 0, leads: [{ twenty_id: ada.twenty_id }] });

    const { counts } = await merge(run, hints, [ada]);

    expect(counts).toMatchObject({ created: 1 });
    expect(await inbox()).toEqual([]);
    expect(await finish(run)).toMatchObject({
      finished: true,
      again: false,
      run: { mode: 'inbox', trigger: 'webhook', figures: { read: 1, created: 1, drained: 1, twenty_calls: 1 } },
    });
    expect(
      await store.rows('select distinct sync_type from public.lead_sync_history where run_id = $1', [run.id]),
    ).toEqual([{ sync_type: 'webhook_update' }]);
  });

  test('a hint that comes while its record is being read makes it read once more', async () => {
    const ada = person({ first_name: 'Ada' });
    await add(hint(ada.twenty_id));
    const { run, hints } = await claimed();
    await add(hint(ada.twenty_id));

    await merge(run, hints, [ada]);

    expect(await claim(run)).toMatchObject({ claimed: 1, leads: [{ twenty_id: ada.twenty_id }] });
  });

  test('a drain that dies loses nothing: the next one takes its records again', async () => {
    const id = randomUUID();
    await add(hint(id));
    const { run } = await claimed();
    await store.sql.query("update public.lead_sync_runs set lease_until = now() - interval '1 second'");

    const next = await startDrain();

    expect(await claim(next.run)).toMatchObject({ claimed: 1, leads: [{ twenty_id: id }] });
    await expect(claim(run)).rejects.toMatchObject({ code: 'PT409' });
  });

  test('a merge that fails leaves the record in the inbox', async () => {
    const id = randomUUID();
    await add(hint(id));
    const { run, hints } = await claimed();

    await expect(
      store.pull([person({ twenty_id: id })], { p_run: { id: run.id, token: randomUUID() }, ...hints }),
    ).rejects.toThrow();
    await finish(run, 'failed');

    const { hints: again } = await claimed();
    expect(again.leads).toEqual([{ twenty_id: id }]);
  });

  test('nobody is asked about a person to whom a push is writing: they are read again in a minute', async () => {
    const snapshot = await store.linked();
    await store.editLead(snapshot.twenty_id, { first_name: 'Grace' });
    await store.beginPush([snapshot]);
    await store.rows('update lead_sync.settings set approve_changes = 0');
    await add(hint(snapshot.twenty_id));
    const { run, hints } = await claimed();

    const { results } = await merge(run, hints, [
      { ...snapshot, last_name: 'Hopper', twenty_updated_at: await store.now() },
    ]);

    expect(results).toMatchObject([
      { result: 'stale', reason: 'a push is at it: it is read again before anybody is asked' },
    ]);
    expect(await store.rows('select from lead_sync.approval_items')).toEqual([]);
    expect(await store.rows('select due_at > clock_timestamp() as later, run_id from lead_sync.inbox')).toEqual([
      { later: true, run_id: null },
    ]);
    expect(await claim(run)).toMatchObject({ claimed: 0, remaining: 0 });
  });

  test('claims no more than asked and says how many are left', async () => {
    await add(...Array.from({ length: 7 }, () => hint(randomUUID())));
    const { run } = await startDrain();

    expect(await claim(run, 5)).toMatchObject({ claimed: 5, remaining: 2 });
    expect(await claim(run, 5)).toMatchObject({ claimed: 2, remaining: 0 });
  });

  test('runs beside a pull and beside a push, one drain at a time', async () => {
    await add(hint(randomUUID()));
    await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' });
    await store.rpc('start_sync_run', { p_direction: 'supabase_to_twenty' });

    expect(await startDrain()).toMatchObject({ started: true });
    expect(await startDrain()).toMatchObject({ started: false });
    expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' })).toMatchObject({ started: false });
  });

  test('does not start when nothing waits, and leaves no run behind', async () => {
    expect(await startDrain()).toEqual({ started: false, reason: 'Nothing waits in the inbox', active_run: null });
    expect(await store.rows('select from public.lead_sync_runs')).toEqual([]);
  });

  test('leaves the pull’s cursor and window alone', async () => {
    const { run } = await store.rpc<Drain>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    const page = { from: null, until: '2026-01-03T00:00:00Z', position: 'p1', has_next: true };
    await store.pull([person()], { p_run: run, p_page: page });
    await finish(run, 'failed');
    const ada = person();
    await add(hint(ada.twenty_id));
    const drain = await claimed();
    await merge(drain.run, drain.hints, [ada]);
    await finish(drain.run);

    expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' })).toMatchObject({
      resumed: true,
      mode: 'full',
      position: 'p1',
    });
  });

  test('refuses the run of a pull, and a drain of the other direction', async () => {
    const { run } = await store.rpc<Drain>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    await expect(claim(run)).rejects.toThrow('must be the run of a drain');
    await expect(store.rpc('claim_inbox')).rejects.toThrow('must be the run of a drain');
    await expect(store.rpc('start_sync_run', { p_direction: 'supabase_to_twenty', p_mode: 'inbox' })).rejects.toThrow(
      'The inbox holds what changed in Twenty',
    );
  });
});
