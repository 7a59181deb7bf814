import { Scoring } from './scoring';
import { person, useStore, type Json, type Snapshot } from './store';

interface Undone extends Json {
  undo_id: string;
  leads: number;
  undone: Json[];
  kept: Json[];
  has_next: boolean;
  position: string | null;
}

describe('history with values', () => {
  const store = useStore();

  const changes = async (lead: string): Promise<Json[]> =>
    (await store.rpc<{ changes: Json[] }>('get_lead_changes', { p_lead_id: lead })).changes;
  const undo = (args: Json): Promise<Undone> => store.rpc<Undone>('undo_sync', args);
  const applied = (args: Json): Promise<Undone> => undo({ ...args, p_apply: true, p_by: 'Ada' });
  /** What Twenty holds after a push of everything that is due. */
  async function pushed(snapshot: Snapshot): Promise<Snapshot> {
    const { writes } = await store.push([snapshot]);
    return { ...snapshot, ...(writes.at(0)?.values ?? {}) };
  }

  it('keeps what a pull wrote here, and what a push wrote in Twenty, with the values before', async () => {
    const before = await store.linked({ job_title: 'Engineer', city: null });
    await store.pull([{ ...before, job_title: 'Director', city: 'Oslo' }]);
    await store.editLead(before.twenty_id, { job_title: null });
    await store.push([{ ...before, job_title: 'Director', city: 'Oslo' }]);

    expect(await changes(before.twenty_id)).toEqual([
      expect.objectContaining({ side: 'twenty', before: { job_title: 'Director' }, after: { job_title: null } }),
      expect.objectContaining({
        side: 'supabase',
        email: before.email,
        before: { job_title: 'Engineer' },
        after: { job_title: 'Director', city: 'Oslo' },
      }),
    ]);
  });

  it('keeps no values of what was created, nor of what stayed as it is', async () => {
    const known = await store.linked();
    await store.pull([known]);
    const made = await store.addLead({ first_name: 'Grace', email: 'grace@example.com' });
    await store.push();

    expect(await changes(known.twenty_id)).toEqual([]);
    expect(await changes(made)).toEqual([]);
  });

  it('keeps nothing where changes_days is 0', async () => {
    await store.sql.query('update lead_sync.settings set changes_days = 0');
    const before = await store.linked();
    await store.pull([{ ...before, job_title: 'Director' }]);
    await store.editLead(before.twenty_id, { job_title: 'Chair' });
    await store.push([{ ...before, job_title: 'Director' }]);

    expect(await changes(before.twenty_id)).toEqual([]);
  });

  it('is listed in pages, the newest first, of one lead or one run or all', async () => {
    const before = await store.linked();
    for (const title of ['A', 'B', 'C', 'D', 'E']) await store.pull([{ ...before, job_title: title }]);

    const seen: unknown[] = [];
    let position: string | null = null;
    do {
      const page: { changes: Array<{ after: Json }>; position: string | null } = await store.rpc('get_lead_changes', {
        p_limit: 2,
        p_position: position,
      });
      seen.push(...page.changes.map(({ after }) => after.job_title));
      ({ position } = page);
    } while (position !== null);
    expect(seen).toEqual(['E', 'D', 'C', 'B', 'A']);
    await expect(store.rpc('get_lead_changes', { p_position: 'x' })).rejects.toMatchObject({ code: '22023' });
  });

  it('goes week by week when it is older than changes_days', async () => {
    const before = await store.linked();
    await store.pull([{ ...before, job_title: 'Director' }]);
    const forget = (days: number) =>
      store.rows<{ emptied: number }>(
        'select lead_sync.forget_changes(clock_timestamp() + make_interval(days => $1)) as emptied',
        [days],
      );

    expect(await forget(29)).toEqual([{ emptied: 0 }]);
    expect(await changes(before.twenty_id)).toHaveLength(1);
    expect(await forget(31)).toEqual([{ emptied: 1 }]);
    expect(await changes(before.twenty_id)).toEqual([]);
  });

  it('is erased with a lead that is forgotten', async () => {
    const before = await store.linked();
    await store.pull([{ ...before, job_title: 'Director' }]);

    await store.rpc('forget_lead', { p_lead: before.twenty_id });

    expect(await changes(before.twenty_id)).toEqual([]);
  });

  describe('undo', () => {
    it('says what it would set back, and changes nothing until it is told to', async () => {
      const before = await store.linked({ job_title: 'Engineer' });
      await store.pull([{ ...before, job_title: 'Director' }]);

      const said = await undo({ p_lead_ids: [before.twenty_id] });

      expect(said).toMatchObject({
        leads: 1,
        undone: [
          {
            lead_id: before.twenty_id,
            email: before.email,
            field: 'job_title',
            value: 'Director',
            becomes: 'Engineer',
          },
        ],
        kept: [],
      });
      expect(await store.lead(before.twenty_id)).toMatchObject({ job_title: 'Director', sync_status: 'synced' });
    });

    it('sets back here what Twenty gave, and the push carries it to Twenty', async () => {
      const before = await store.linked({ job_title: 'Engineer', city: null });
      const after = { ...before, job_title: 'Director', city: 'Oslo' };
      await store.pull([after]);

      await applied({ p_lead_ids: [before.twenty_id] });

      expect(await store.lead(before.twenty_id)).toMatchObject({
        job_title: 'Engineer',
        city: null,
        sync_status: 'pending',
      });
      expect(await pushed(after)).toMatchObject({ job_title: 'Engineer', city: null });
    });

    it('sets back in Twenty what a push wrote there', async () => {
      const before = await store.linked({ job_title: 'Engineer' });
      await store.editLead(before.twenty_id, { job_title: 'Clown' });
      const after = await pushed(before);

      await applied({ p_lead_ids: [before.twenty_id] });

      expect(await pushed(after)).toMatchObject({ job_title: 'Engineer' });
    });

    it('takes the value before the first of several changes', async () => {
      const before = await store.linked({ job_title: 'First' });
      for (const title of ['Second', 'Third']) await store.pull([{ ...before, job_title: title }]);

      expect(await applied({ p_lead_ids: [before.twenty_id] })).toMatchObject({
        undone: [{ value: 'Third', becomes: 'First' }],
      });
    });

    it('restores a lead that was deleted, in Twenty as well', async () => {
      const before = await store.linked();
      const dead = { ...before, twenty_deleted_at: new Date().toISOString() };
      await store.pull([dead]);

      await applied({ p_lead_ids: [before.twenty_id] });

      expect(await store.lead(before.twenty_id)).toMatchObject({ deleted_at: null });
      expect((await store.push([dead])).writes).toMatchObject([{ op: 'restore' }]);
    });

    it('leaves alone what somebody changed since, and says so', async () => {
      const before = await store.linked({ job_title: 'Engineer', city: 'Oslo' });
      await store.pull([{ ...before, job_title: 'Director', city: 'Bergen' }]);
      await store.editLead(before.twenty_id, { job_title: 'Chair' });

      expect(await applied({ p_lead_ids: [before.twenty_id] })).toMatchObject({
        leads: 1,
        undone: [{ field: 'city', becomes: 'Oslo' }],
        kept: [{ field: 'job_title', value: 'Chair', reason: 'it was changed since' }],
      });
      expect(await store.lead(before.twenty_id)).toMatchObject({ job_title: 'Chair', city: 'Oslo' });
    });

    it('is undone itself', async () => {
      const before = await store.linked({ job_title: 'Engineer' });
      await store.pull([{ ...before, job_title: 'Director' }]);
      const { undo_id } = await applied({ p_lead_ids: [before.twenty_id] });

      await applied({ p_run_id: undo_id });

      expect(await store.lead(before.twenty_id)).toMatchObject({ job_title: 'Director' });
      expect((await changes(before.twenty_id)).map((change) => change.made_by)).toEqual(['Ada', 'Ada', null]);
    });

    it('is by whoever calls where nobody else is named', async () => {
      const before = await store.linked({ job_title: 'Engineer' });
      await store.pull([{ ...before, job_title: 'Director' }]);

      await undo({ p_lead_ids: [before.twenty_id], p_apply: true, p_by: ' ' });

      expect(await changes(before.twenty_id)).toMatchObject([{ made_by: 'service_role' }, { made_by: null }]);
    });

    it('is nothing when it is done twice', async () => {
      const before = await store.linked({ job_title: 'Engineer' });
      await store.pull([{ ...before, job_title: 'Director' }]);
      const [{ now }] = await store.rows<{ now: string }>('select clock_timestamp() as now');
      const args = { p_lead_ids: [before.twenty_id], p_from: '2020-01-01', p_until: now };
      await applied(args);

      expect(await applied(args)).toMatchObject({ leads: 0, undone: [], kept: [] });
    });

    it('keeps a field that only flows from Twenty, one that is not synced, and one that was mapped elsewhere when it was written', async () => {
      const before = await store.linked({ job_title: 'Engineer', city: 'Oslo', region: 'East' });
      await store.pull([{ ...before, job_title: 'Director', city: 'Bergen' }]);
      await store.editLead(before.twenty_id, { region: 'West' });
      await store.push([{ ...before, job_title: 'Director', city: 'Bergen' }]);
      await store.sql.query(`
        update lead_sync.field_mappings set direction = 'to_supabase' where lead_field = 'job_title';
        update lead_sync.field_mappings set enabled = false where lead_field = 'city';
        update lead_sync.field_mappings set twenty_field = 'province' where lead_field = 'region'`);

      expect(await applied({ p_lead_ids: [before.twenty_id] })).toMatchObject({
        leads: 0,
        undone: [],
        kept: [
          { field: 'city', reason: 'the field is not synced any more' },
          { field: 'job_title', reason: 'the field only flows from Twenty to Supabase: correct it there' },
          { field: 'region', reason: 'the field was mapped to another one of Twenty when it was written there' },
        ],
      });
    });

    it('leaves a score and a segment to the rules and the model that they follow from, and says so', async () => {
      const { leaders, publish, segment } = new Scoring(store);
      await publish();
      await leaders();
      await segment('Makers');
      const [title, told] = [
        await store.linked({ job_title: 'Engineer', email: 'a@gmail.com' }),
        await store.linked({ job_title: 'Carpenter', email: 'b@gmail.com' }),
      ];
      await store.push([title, told]);
      const from = await store.now();
      await store.editLead(title.twenty_id, { job_title: 'CEO' });
      await store.rpc('apply_ai_segments', {
        p_results: [{ lead_id: told.twenty_id, segment: 'Makers', confidence: 0.8 }],
      });
      await store.push([title, told]);

      const reason = 'it follows from rules or AI, not from a value that is set';
      const { undone, kept } = await applied({ p_from: from });

      expect(undone).toMatchObject([{ lead_id: title.twenty_id, field: 'job_title', becomes: 'Engineer' }]);
      expect(kept).toHaveLength(3);
      expect(kept).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ lead_id: title.twenty_id, field: 'lead_score', reason }),
          expect.objectContaining({ lead_id: title.twenty_id, field: 'segment', value: 'Leaders', reason }),
          expect.objectContaining({ lead_id: told.twenty_id, field: 'segment', value: 'Makers', reason }),
        ]),
      );
      expect(await store.lead(title.twenty_id)).toMatchObject({ segment_id: null, segment_source: null });
      expect(await store.lead(told.twenty_id)).toMatchObject({ segment_source: 'ai' });
    });

    it('sets back a segment that somebody chose, but to none that is gone, which keeps nothing else', async () => {
      const { segment } = new Scoring(store);
      const [friends, family, others] = [await segment('Friends'), await segment('Family'), await segment('Others')];
      const before = await store.linked({ city: 'Oslo' });
      await store.editLead(before.twenty_id, { segment_id: friends });
      const first = await pushed(before);
      const from = await store.now();
      await store.editLead(before.twenty_id, { segment_id: family });
      const second = await pushed(first);
      const later = await store.now();
      await store.editLead(before.twenty_id, { segment_id: others, city: 'Rome' });
      await store.push([second]);
      await store.sql.query('delete from public.customer_segments where id = $1', [friends]);

      expect(await applied({ p_from: from })).toMatchObject({
        undone: [{ field: 'city', becomes: 'Oslo' }],
        kept: [{ field: 'segment', becomes: 'Friends', reason: 'there is no segment of that name any more' }],
      });
      await applied({ p_from: later, p_fields: ['segment'] });
      expect(await store.lead(before.twenty_id)).toMatchObject({ segment_id: family, segment_source: 'human' });
    });

    it('tells which leads this database refuses, and sets back all others', async () => {
      const [one, other] = [await store.linked({ city: 'Oslo' }), await store.linked({ city: 'Rome' })];
      await store.pull([one, other].map((each) => ({ ...each, city: 'Nowhere' })));
      await store.sql.query(`
        create function public.refuse_rome() returns trigger language plpgsql as
          $$ begin if new.city = 'Rome' then raise exception 'not Rome'; end if; return new; end $$;
        create trigger refuse_rome before update on public.leads for each row execute function public.refuse_rome()`);
      try {
        expect(await applied({ p_from: '2020-01-01' })).toMatchObject({
          leads: 1,
          undone: [{ becomes: 'Oslo' }],
          kept: [{ becomes: 'Rome', reason: 'this database refuses the write: not Rome' }],
        });
      } finally {
        await store.sql.query('drop function public.refuse_rome() cascade');
      }
    });

    it('must be told of what', async () => {
      await expect(undo({})).rejects.toMatchObject({ code: '22023' });
      await expect(undo({ p_lead_ids: [] })).rejects.toMatchObject({ code: '22023' });
    });

    it('repairs a bad mapping that overwrote many names, in pages, and Twenty follows', async () => {
      const people = Array.from({ length: 500 }, (_, i) =>
        person({ first_name: `First ${i}`, email: `lead${i}@example.com`, job_title: `Title ${i}` }),
      );
      await store.pull(people);
      const bad = people.map((each) => ({ ...each, first_name: each.job_title }));
      const from = await store.now();
      await store.pull(bad);

      let page: Undone | undefined;
      let leads = 0;
      do {
        page = await applied({
          p_from: from,
          p_fields: ['first_name'],
          p_limit: 200,
          p_position: page?.position,
          p_undo_id: page?.undo_id,
        });
        leads += page.leads;
      } while (page.has_next);

      expect(leads).toBe(500);
      expect(
        await store.rows('select count(*)::integer as n from public.leads where first_name not like $1', ['First %']),
      ).toEqual([{ n: 0 }]);
      const { claim, writes } = await store.beginPush(bad.slice(0, 200), 200);
      expect(claim.leads).toHaveLength(200);
      expect(writes.every(({ values }) => /^First \d+$/.test(String(values.first_name)))).toBe(true);
    });
  });
});
