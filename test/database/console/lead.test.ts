import { randomUUID } from 'node:crypto';
import { useStore, type Json, type Snapshot } from '../store';

interface Field extends Json {
  field: string;
  state: string;
}

interface Lead extends Json {
  fields: Field[];
  timeline: Array<Json & { kind: string; at: string }>;
}

describe('one lead', () => {
  const store = useStore();
  const get = (p_lead_id: string, more: Json = {}): Promise<Lead> =>
    store.rpc<Lead>('get_lead', { p_lead_id, ...more });
  const field = async (lead: Snapshot, name: string): Promise<Field> =>
    (await get(lead.twenty_id)).fields.find((each) => each.field === name)!;
  const take = (lead: Snapshot, p_field: string, p_take: string): Promise<Json> =>
    store.rpc('take_value', { p_lead_id: lead.twenty_id, p_field, p_take });

  /** A lead whose job title both sides changed; Twenty's is in force. */
  async function contested(): Promise<Snapshot> {
    const before = await store.linked({ job_title: 'Engineer' });
    await store.editLead(before.twenty_id, { job_title: 'Director' });
    const after = { ...before, job_title: 'Chair', twenty_updated_at: new Date(Date.now() + 60_000).toISOString() };
    await store.pull([after]);
    return after;
  }

  it('shows both sides field by field, with what was agreed and why they differ', async () => {
    const lead = await store.linked({ job_title: 'Engineer', city: 'Oslo', phone: '+33612345678' });
    await store.editLead(lead.twenty_id, { job_title: 'Director', attributes: { nickname: 'Countess' } });
    await store.sql.query(
      `begin; set local lead_sync.engine = 'on';
       update public.leads set phone = 'call me', left_out = '{"phone": "it is no phone number"}' where id = '${lead.twenty_id}';
       commit;
       update lead_sync.field_mappings set direction = 'to_supabase' where lead_field = 'city';
       update public.leads set city = 'Bergen' where id = '${lead.twenty_id}'`,
    );

    expect(await get(lead.twenty_id)).toMatchObject({
      found: true,
      object: 'person',
      lead: { id: lead.twenty_id, twenty_id: lead.twenty_id, name: 'Ada' },
      sync: { sync_status: 'pending', is_claimed: false, gone: false },
    });
    expect(await field(lead, 'first_name')).toMatchObject({ here: 'Ada', twenty: 'Ada', state: 'equal' });
    expect(await field(lead, 'job_title')).toMatchObject({
      here: 'Director',
      twenty: 'Engineer',
      agreed: 'Engineer',
      direction: 'both',
      state: 'waits',
    });
    expect(await field(lead, 'phone')).toMatchObject({ state: 'left_out', reason: 'it is no phone number' });
    expect(await field(lead, 'city')).toMatchObject({ here: 'Bergen', twenty: 'Oslo', state: 'one_way' });
    expect(await field(lead, 'region')).toMatchObject({ here: null, twenty: null, state: 'equal' });
    expect(await field(lead, 'attributes.nickname')).toMatchObject({ here: 'Countess', state: 'not_mapped' });
  });

  it('says of a lead that was never in Twenty that all of it waits, and of one that is not there that it is not', async () => {
    const id = await store.addLead({ first_name: 'Ada' });

    expect((await get(id)).fields.find(({ field: name }) => name === 'first_name')).toMatchObject({
      here: 'Ada',
      twenty: null,
      state: 'waits',
    });
    expect(await get(randomUUID())).toEqual({ found: false });
  });

  it('tells what happened, the newest first: touches, changes with old and new values, failures, conflicts, decisions', async () => {
    const lead = await contested();
    await store.rpc('upsert_leads', {
      p_source: 'form',
      p_leads: [
        { email: lead.email, touch: { source: 'web', external_id: '1', kind: 'form', touched_at: '2026-01-01' } },
      ],
    });
    await store.sql.query(
      `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message)
       values ($1, 'scheduled_push', 'supabase_to_twenty', 'error', 'refused')`,
      [lead.twenty_id],
    );
    await take(lead, 'job_title', 'supabase');

    const { timeline } = await get(lead.twenty_id);
    expect(timeline.map(({ at }) => at)).toEqual([...timeline.map(({ at }) => at)].sort().reverse());
    expect(timeline).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'touch', source: 'web', touch: 'form' }),
        expect.objectContaining({
          kind: 'change',
          side: 'supabase',
          before: { job_title: 'Director' },
          after: { job_title: 'Chair' },
        }),
        expect.objectContaining({ kind: 'sync', status: 'error', error: 'refused' }),
        expect.objectContaining({ kind: 'conflict', field: 'job_title', winner: 'twenty', resolution: 'supabase' }),
        expect.objectContaining({ kind: 'audit', action: 'resolve_conflict' }),
      ]),
    );
    expect((await get(lead.twenty_id, { p_entries: 2 })).timeline).toHaveLength(2);
  });

  it('is bounded, whatever a lead holds', async () => {
    const lead = await store.linked({ job_title: 'Engineer' });
    await store.editLead(lead.twenty_id, {
      job_title: 'x'.repeat(50_000),
      attributes: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`key${n}`, 'y'.repeat(300)])),
    });

    const { fields } = await get(lead.twenty_id);
    expect(fields).toHaveLength(300);
    expect(String(fields.find(({ field: name }) => name === 'job_title')?.here)).toHaveLength(2_001);
  });

  describe('takes one side’s value', () => {
    it('by deciding the open conflict', async () => {
      const lead = await contested();
      expect(await field(lead, 'job_title')).toMatchObject({ state: 'conflict', conflict: { winner: 'twenty' } });

      expect(await take(lead, 'job_title', 'supabase')).toMatchObject({ taken: true, sync_status: 'pending' });

      expect((await store.push([lead])).writes).toMatchObject([{ values: { job_title: 'Director' } }]);
      expect(await field(lead, 'job_title')).toMatchObject({ here: 'Director', state: 'equal' });
    });

    it('of Twenty, in place of an edit that waits', async () => {
      const lead = await store.linked({ job_title: 'Engineer' });
      await store.editLead(lead.twenty_id, { job_title: 'Director' });

      await take(lead, 'job_title', 'twenty');

      expect(await field(lead, 'job_title')).toMatchObject({ here: 'Engineer', state: 'equal' });
      expect((await store.push([lead])).writes).toEqual([]);
    });

    it('of ours, where Twenty has another one that nothing decides', async () => {
      const lead = await store.linked({ job_title: 'Engineer' });
      await store.sql.query(
        `update lead_sync.lead_states set base_remote = base_remote || '{"job_title": "Chair"}' where lead_id = $1`,
        [lead.twenty_id],
      );
      expect(await field(lead, 'job_title')).toMatchObject({ here: 'Engineer', twenty: 'Chair', state: 'differs' });

      expect(await take(lead, 'job_title', 'supabase')).toMatchObject({ sync_status: 'pending' });

      const { writes } = await store.push([{ ...lead, job_title: 'Chair' }]);
      expect(writes).toMatchObject([{ values: { job_title: 'Engineer' } }]);
    });

    it('of a company as a whole', async () => {
      const lead = await store.linked({ company_name: 'Acme', company_domain: 'acme.test' });
      await store.editLead(lead.twenty_id, { company_name: 'Bolt', company_domain: 'bolt.test' });

      await take(lead, 'company_domain', 'twenty');

      expect(await store.lead(lead.twenty_id)).toMatchObject({ company_name: 'Acme', company_domain: 'acme.test' });
    });

    it('or says why it cannot', async () => {
      const lead = await store.linked({ job_title: 'Engineer' });
      const alone = { twenty_id: await store.addLead({ first_name: 'Grace' }) };
      await store.sql.query(
        `update lead_sync.field_mappings set direction = 'to_supabase' where lead_field = 'city';
         begin; set local lead_sync.engine = 'on';
         update public.leads set left_out = '{"phone": "it is no phone number"}' where id = '${lead.twenty_id}'; commit`,
      );

      await expect(take(lead, 'attributes.x', 'twenty')).rejects.toThrow('The field attributes.x is not synced');
      await expect(take(lead, 'deleted', 'twenty')).rejects.toMatchObject({ code: 'PT409' });
      await expect(take(alone, 'first_name', 'twenty')).rejects.toThrow('The lead is not in Twenty yet');
      await expect(take(lead, 'city', 'supabase')).rejects.toThrow('only flows from Twenty');
      await expect(take(lead, 'phone', 'supabase')).rejects.toThrow('it is no phone number');
      await expect(take(lead, 'job_title', 'neither')).rejects.toMatchObject({ code: '22023' });
      await expect(take({ twenty_id: randomUUID() }, 'city', 'twenty')).rejects.toMatchObject({ code: '22023' });
      await store.editLead(lead.twenty_id, { deleted_at: new Date().toISOString() });
      await expect(take(lead, 'job_title', 'twenty')).rejects.toThrow('deleted on one side');
    });
  });

  it('is pushed when somebody asks for it, though its next try is hours away', async () => {
    const id = await store.addLead({ first_name: 'Ada' });
    const other = await store.addLead({ first_name: 'Grace' });
    await store.sql.query(`update lead_sync.lead_states set due_at = now() + interval '5 hours', retries = 7`);

    expect(await store.rpc('mark_leads_for_sync', { p_lead_ids: [id] })).toMatchObject({ marked: 1 });

    expect((await store.claim()).leads.map(({ lead_id }) => lead_id)).toEqual([id]);
    expect(await store.rpc('mark_leads_for_sync', { p_lead_ids: [id, other] })).toMatchObject({ marked: 1 });
  });

  it('is read again when somebody asks for it, where it has a person', async () => {
    const lead = await store.linked();
    const alone = await store.addLead({ first_name: 'Grace' });

    expect(await store.rpc('read_leads_again', { p_lead_ids: [lead.twenty_id, alone] })).toEqual({
      named: 1,
      unlinked: 1,
    });
    expect(await store.rows('select object, record_id from lead_sync.inbox')).toEqual([
      { object: 'person', record_id: lead.twenty_id },
    ]);
    await expect(store.rpc('read_leads_again', { p_lead_ids: [] })).rejects.toMatchObject({ code: '22023' });
  });

  it('tells who did something to it', async () => {
    const lead = await store.linked();
    await store.rpc('read_leads_again', { p_lead_ids: [lead.twenty_id] });
    await store.rpc('mark_leads_for_sync', { p_lead_ids: [lead.twenty_id] });

    expect((await get(lead.twenty_id)).timeline.filter(({ kind }) => kind === 'audit')).toMatchObject([
      { action: 'mark_leads_for_sync', done_by: 'service_role' },
      { action: 'read_leads_again' },
    ]);
  });
});
