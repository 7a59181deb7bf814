import { useStore, type Json } from '../store';
import { ObjectRuns, edited } from './opportunities';

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
