import { createClient } from '@supabase/supabase-js';
import { useStore, type Json } from './store';

interface Entry extends Json {
  done_by: string;
  action: string;
  subject: Json;
}

describe('the audit log', () => {
  const store = useStore();

  const entries = async (args: Json = {}): Promise<Entry[]> =>
    (await store.rpc<{ entries: Entry[] }>('get_audit_log', args)).entries;
  /** A client that says who calls. */
  const calledBy = (header: string) =>
    createClient(process.env.TEST_SUPABASE_URL ?? '', process.env.TEST_SUPABASE_SERVICE_KEY ?? '', {
      auth: { persistSession: false },
      global: { headers: { 'x-lead-sync-actor': header } },
    });

  it('names who decided a conflict, once however often it is decided the same', async () => {
    const before = await store.linked({ job_title: 'Engineer' });
    await store.editLead(before.twenty_id, { job_title: 'Local' });
    await store.pull([{ ...before, job_title: 'Remote' }]);
    const [{ id }] = await store.rows<{ id: string }>('select id from public.lead_sync_conflicts');
    const resolve = () =>
      calledBy('"dashboard: Zo\\u00eb"').rpc('resolve_conflict', { p_conflict_id: Number(id), p_take: 'supabase' });

    await resolve();
    await resolve();

    expect(await entries()).toMatchObject([
      {
        done_by: 'dashboard: Zoë',
        action: 'resolve_conflict',
        subject: { conflict_id: Number(id), lead_id: before.twenty_id, field: 'job_title', take: 'supabase' },
      },
    ]);
  });

  it('names the role of the key where the caller says nothing, and the login in SQL', async () => {
    await store.rpc('note_action', { p_action: 'looked' });
    await store.sql.query(`select public.note_action('looked in SQL')`);
    await calledBy('no JSON').rpc('note_action', { p_action: 'said so' });

    expect((await entries()).map(({ done_by }) => done_by)).toEqual(['no JSON', 'supabase_admin', 'service_role']);
  });

  it('keeps no values of a lead: of who is forgotten only that somebody was', async () => {
    await store.addLead({ email: 'secret@example.com', first_name: 'Secret' });
    await store.rpc('forget_lead', { p_lead: 'secret@example.com' });

    expect(await entries()).toMatchObject([{ action: 'forget_lead', subject: { leads: 1 } }]);
    expect(JSON.stringify(await store.rows('select * from lead_sync.audit_log'))).not.toMatch(/secret/i);
  });

  it('names each change of a setting, with what was before, but not what the sync keeps there itself', async () => {
    await store.sql.query(`
      update lead_sync.field_mappings set direction = 'to_supabase' where lead_field = 'city' and object = 'person';
      update lead_sync.field_mappings set missing_since = now() where lead_field = 'city' and object = 'person';
      update lead_sync.settings set strict = true;
      insert into public.customer_segments (segment_name) values ('Gold');
      delete from public.customer_segments where segment_name = 'Gold';
      update public.follow_up_rules set due_in_days = due_in_days + 1 where rule_key = (select min(rule_key) from public.follow_up_rules)`);

    expect((await entries()).map(({ action, subject }) => [action, subject])).toEqual([
      ['update follow_up_rules', expect.objectContaining({ row: { rule_key: expect.any(String) as string } })],
      ['delete customer_segments', expect.objectContaining({ row: { segment_name: 'Gold' }, after: null })],
      ['insert customer_segments', expect.objectContaining({ row: { segment_name: 'Gold' }, before: null })],
      ['update settings', { row: null, before: { strict: false }, after: { strict: true } }],
      [
        'update field_mappings',
        {
          row: { object: 'person', lead_field: 'city' },
          before: { direction: 'both' },
          after: { direction: 'to_supabase' },
        },
      ],
    ]);
  });

  it('notes what is undone, replayed, merged and dismissed', async () => {
    const before = await store.linked({ job_title: 'Engineer' });
    await store.pull([{ ...before, job_title: 'Director' }]);
    await store.rpc('undo_sync', { p_lead_ids: [before.twenty_id], p_apply: false });
    await store.rpc('undo_sync', { p_lead_ids: [before.twenty_id], p_apply: true, p_by: 'Ada' });
    await store.rpc('replay_dead_letters', {});
    const [a, b, c] = [
      await store.addLead({ email: 'a@x.test' }),
      await store.addLead({ email: 'b@x.test' }),
      await store.addLead({ email: 'c@x.test' }),
    ];
    await store.rpc('dismiss_duplicate', { p_a: a, p_b: b, p_by: 'Ada' });
    const { id } = await store.rpc<{ id: number }>('merge_leads', { p_keep: a, p_drop: c, p_by: 'Ada' });
    await store.rpc('undo_merge', { p_id: id, p_by: 'Ada' });

    expect((await entries()).map(({ action, done_by }) => [action, done_by])).toEqual([
      ['undo_merge', 'Ada'],
      ['merge_leads', 'Ada'],
      ['dismiss_duplicate', 'Ada'],
      ['replay_dead_letters', 'service_role'],
      ['undo_sync', 'Ada'],
    ]);
  });

  it('is listed in pages and by action, and goes when it is older than archive_days', async () => {
    for (const action of ['one', 'two', 'three']) await store.rpc('note_action', { p_action: action });

    const page = await store.rpc<{ entries: Entry[]; has_next: boolean; position: number }>('get_audit_log', {
      p_limit: 2,
    });
    expect([page.entries.map(({ action }) => action), page.has_next]).toEqual([['three', 'two'], true]);
    expect(await entries({ p_limit: 2, p_position: page.position })).toMatchObject([{ action: 'one' }]);
    expect(await entries({ p_action: 't' })).toHaveLength(2);
    await store.sql.query(`select lead_sync.clean_up(clock_timestamp() + interval '366 days')`);
    expect(await entries()).toEqual([]);
  });

  it.each([
    ['an action without a name', { p_action: '' }],
    ['a subject that is none', { p_action: 'x', p_subject: [] }],
    ['one that is too large', { p_action: 'x', p_subject: { text: Array.from({ length: 5000 }, (_, i) => i).join() } }],
  ])('refuses %s', async (_case, args) => {
    await expect(store.rpc('note_action', args)).rejects.toMatchObject({ code: '22023' });
  });
});
