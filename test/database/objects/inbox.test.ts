import { readFileSync } from 'node:fs';
import { readEvent } from '../../../nodes/Twenty/trigger/event';
import { recorded } from '../../nodes/Twenty/trigger/recorded';
import { person, useStore, type Json } from '../store';
import { ObjectRuns, edited } from './opportunities';

/** An event as the trigger gives it on: of a delivery as Twenty sent it, but of another object and record. */
function eventOf(object: string, id: string, what = 'updated'): Json {
  const body = JSON.parse(recorded(what).rawBody) as { record: Json };
  const event = { ...body, eventName: `${object}.${what}`, record: { ...body.record, id } };
  return readEvent(event, new Date().toISOString()) ?? {};
}

describe('hints for opportunities', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);
  const hint = (record_id: string): Promise<Json> =>
    store.rpc('add_to_inbox', { p_events: [{ object: 'opportunity', record_id }] });

  test('are nothing before the first run, and are read by a drain of theirs alone from then on', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    expect(await hint(id)).toMatchObject({ added: 0, ignored: 1 });

    const snapshot = await deals.linked();
    expect(await hint(snapshot.twenty_id)).toMatchObject({ added: 1, ignored: 0 });

    expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase', p_mode: 'inbox' })).toMatchObject({
      started: false,
      reason: 'Nothing waits in the inbox',
    });
    const { run } = await deals.start('twenty_to_supabase', 'inbox');
    const claim = await store.rpc<{ leads: Json[]; read_started_at: string }>('claim_inbox', { p_run: run });
    expect(claim).toMatchObject({ leads: [{ twenty_id: snapshot.twenty_id }], remaining: 0 });

    const p_read_started_at = claim.read_started_at;
    await store.pull([edited(snapshot, { stage: 'WON' })], { p_run: run, p_read_started_at });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ stage: 'WON' });
    expect(await store.rows('select from lead_sync.inbox')).toEqual([]);
    expect(await store.rows(`select sync_type from public.lead_sync_history where fields_changed = '{stage}'`)).toEqual(
      [{ sync_type: 'webhook_update' }],
    );
  });

  test('of a company that changed, people are read again, by their own drain', async () => {
    const company = '00000000-0000-4000-8000-00000000000c';
    const ada = await store.linked({ company_name: 'Acme', twenty_record: { companyId: company } });
    const snapshot = await deals.linked({ company_id: company, twenty_record: { companyId: company } });
    await store.rpc('add_to_inbox', { p_events: [{ object: 'company', record_id: company }] });
    await hint(snapshot.twenty_id);

    const ofDeals = await deals.start('twenty_to_supabase', 'inbox');
    expect(await store.rpc('claim_inbox', { p_run: ofDeals.run })).toMatchObject({
      leads: [{ twenty_id: snapshot.twenty_id }],
    });
    const ofPeople = await store.rpc<{ run: Json }>('start_sync_run', {
      p_direction: 'twenty_to_supabase',
      p_mode: 'inbox',
    });
    expect(await store.rpc('claim_inbox', { p_run: ofPeople.run })).toMatchObject({
      leads: [{ twenty_id: ada.twenty_id }],
    });
  });
});

describe('hints for companies, where companies are synced, too', () => {
  const store = useStore();
  const companies = new ObjectRuns(store, 'company', 'public.lead_companies');
  const waiting = (): Promise<Json[]> => store.rows('select object, hints from lead_sync.inbox order by object');

  test('are read by the drain of companies, and for their people by that of leads, in either order', async () => {
    const acme = person({ name: 'Acme', domain: 'acme.com', linkedin_url: null, annual_revenue: null });
    const ada = await store.linked({ company_name: 'Acme', twenty_record: { companyId: acme.twenty_id } });
    await companies.pull([acme]);
    const event = eventOf('company', acme.twenty_id);

    for (const isCompanyFirst of [true, false]) {
      expect(await store.rpc('add_to_inbox', { p_events: [event, event] })).toEqual({
        added: 2,
        coalesced: 2,
        ignored: 0,
        waiting: 2,
      });
      const drains = [
        { run: (await companies.start('twenty_to_supabase', 'inbox')).run, read: acme },
        {
          run: (
            await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase', p_mode: 'inbox' })
          ).run,
          read: ada,
        },
      ];
      for (const { run, read } of isCompanyFirst ? drains : drains.reverse()) {
        const claim = await store.rpc<{ leads: Json[]; read_started_at: string }>('claim_inbox', { p_run: run });
        expect(claim).toMatchObject({ leads: [{ twenty_id: read.twenty_id }], remaining: 0 });
        await store.pull([read], { p_run: run, p_read_started_at: claim.read_started_at });
        await store.rpc('finish_sync_run', { p_run: run });
      }
      expect(await waiting()).toEqual([]);
    }
  });

  test('that nobody here works for wait for the drain of companies alone', async () => {
    const acme = person({ name: 'Acme', domain: 'acme.com', linkedin_url: null, annual_revenue: null });
    await companies.pull([acme]);
    await store.rpc('add_to_inbox', { p_events: [eventOf('company', acme.twenty_id, 'deleted')] });

    const { run } = await store.rpc<{ run: Json }>('start_sync_run', {
      p_direction: 'twenty_to_supabase',
      p_mode: 'inbox',
    });
    expect(await store.rpc('claim_inbox', { p_run: run })).toMatchObject({ claimed: 0, remaining: 0 });

    expect(await waiting()).toEqual([{ object: 'company', hints: 1 }]);
  });
});

describe('hints for a custom object', () => {
  const store = useStore();
  const GUIDE = [...readFileSync('docs/another-object.md', 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)].map(
    ([, sql]) => sql,
  );
  const subscriptions = new ObjectRuns(store, 'subscription', 'public.subscriptions');
  beforeEach(() => store.sql.query(GUIDE[0]));
  afterEach(() => store.sql.query(GUIDE[1]));

  test('are read by its drain: one that is new, and one that is destroyed, once a second read misses it, too', async () => {
    const fields = { name: 'Pro', price: null, status: 'ACTIVE', renews_at: null, contact_id: null };
    const [kept, isNew] = [person(fields), person(fields)];
    await subscriptions.pull([kept]);
    await store.rpc('add_to_inbox', {
      p_events: [
        eventOf('subscription', kept.twenty_id, 'destroyed'),
        eventOf('subscription', isNew.twenty_id, 'created'),
      ],
    });

    for (const read of [
      [isNew, { twenty_id: kept.twenty_id, absent: true }],
      [{ twenty_id: kept.twenty_id, absent: true }],
    ]) {
      const { run } = await subscriptions.start('twenty_to_supabase', 'inbox');
      const claim = await store.rpc<{ leads: Json[]; read_started_at: string }>('claim_inbox', { p_run: run });
      expect(claim.leads).toHaveLength(read.length);
      await store.pull(read, { p_run: run, p_read_started_at: claim.read_started_at });
      await store.rpc('finish_sync_run', { p_run: run });
      await store.sql.query(
        `update lead_sync.inbox set due_at = now();
         update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes' where absent_since is not null`,
      );
    }

    expect(await subscriptions.row(isNew.twenty_id)).toMatchObject({
      name: 'Pro',
      sync_status: 'synced',
      deleted_at: null,
    });
    expect(await subscriptions.row(kept.twenty_id)).toMatchObject({ deleted_at: expect.any(Date) });
    expect(await store.rows('select from lead_sync.inbox')).toEqual([]);
  });
});
