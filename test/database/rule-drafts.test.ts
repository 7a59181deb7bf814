import { Scoring } from './scoring';
import { useStore, type Json } from './store';

interface Saved extends Json {
  saved: boolean;
  problems: Record<string, string>;
}

describe('scoring rules at the console', () => {
  const store = useStore();
  const rule = { rule_key: 'oslo', attribute: 'city', operator: 'equals', value: 'Oslo', points: 40 };
  const save = (values: Json, remove = false): Promise<Saved> =>
    store.rpc('save_scoring_rule', { p_rule: values, p_delete: remove });

  beforeEach(() => store.sql.query('delete from public.lead_scoring_rules; delete from public.lead_scoring_groups'));

  it('are drafted one at a time, previewed by name, published, corrected and rolled back', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada', city: 'Oslo' });
    expect(await save(rule)).toEqual({ saved: true, problems: {} });
    expect(await store.rpc('preview_scoring_rules')).toMatchObject({
      changed: 1,
      examples: [{ lead_id: id, lead_name: 'Ada', email: 'ada@example.com', before: 0, after: 40 }],
    });
    await store.rpc('publish_scoring_rules', { p_note: 'First' });
    expect(await save({ rule_key: 'oslo', points: 60 })).toMatchObject({ saved: true });
    await store.rpc('publish_scoring_rules', { p_note: 'More' });
    await store.rpc('calculate_lead_scores');
    expect(await store.lead(id)).toMatchObject({ lead_score: '60' });

    await store.rpc('roll_back_scoring_rules', { p_restore_draft: true });
    await store.rpc('calculate_lead_scores');

    expect(await store.lead(id)).toMatchObject({ lead_score: '40' });
    expect(await store.rpc('get_scoring_rules')).toMatchObject({
      version: 1,
      draft: [{ rule_key: 'oslo', points: 40, attribute: 'city' }],
      in_force: { rules: [{ rule_key: 'oslo', points: 40 }] },
      draft_differs: false,
    });
    const { entries } = await store.rpc<{ entries: Array<{ action: string }> }>('get_audit_log');
    expect(entries.slice(0, 6).map(({ action }) => action)).toEqual([
      'roll_back_scoring_rules',
      'update lead_scoring_rules',
      'publish_scoring_rules',
      'update lead_scoring_rules',
      'publish_scoring_rules',
      'insert lead_scoring_rules',
    ]);
  });

  it.each<[Json, string[]]>([
    [{ rule_key: 'Not a key' }, ['rule_key']],
    [{ points: 101 }, ['points']],
    [{ points: 'many' }, ['points']],
    [{ decay_days: 0 }, ['decay_days']],
    [{ attribute: 'shoe_size' }, ['attribute']],
    [{ operator: 'like' }, ['operator']],
    [{ operator: 'greater' }, ['operator']],
    [{ attribute: 'lead_age_days' }, ['operator']],
    [{ attribute: 'created_at' }, ['operator']],
    [{ operator: 'in', value: 'Oslo' }, ['value']],
    [{ attribute: 'company_employees', operator: 'greater', value: 'ten' }, ['value']],
    [{ operator: 'is_set' }, ['value']],
    [{ points: 101, rule_group: ' ', value: '' }, ['points', 'rule_group', 'value']],
  ])('refuse %j at the field', async (values, fields) => {
    const { saved, problems } = await save({ ...rule, ...values });

    expect({ saved, fields: Object.keys(problems).sort() }).toEqual({ saved: false, fields });
    expect(await store.rows('select * from public.lead_scoring_rules')).toEqual([]);
  });

  it('that are new take the place of no other one', async () => {
    await save(rule);
    const add = (values: Json): Promise<Saved> => store.rpc('save_scoring_rule', { p_rule: values, p_new: true });

    expect(await add({ ...rule, points: 1 })).toEqual({
      saved: false,
      problems: { rule_key: 'Another rule has this name.' },
    });
    expect(await add({ ...rule, rule_key: 'bergen' })).toEqual({ saved: true, problems: {} });
    expect(await store.rows('select rule_key, points::int from public.lead_scoring_rules order by 1')).toEqual([
      { rule_key: 'bergen', points: 40 },
      { rule_key: 'oslo', points: 40 },
    ]);
  });

  it('hold as long a list as the form takes', async () => {
    const value = Array.from({ length: 8000 }, () => '東');
    expect(await save({ ...rule, operator: 'in', value })).toMatchObject({ saved: true });
  });

  it('are published as they were shown, or not at all', async () => {
    await save(rule);
    const { seen } = await store.rpc('preview_scoring_rules');
    const publish = (): Promise<Json> => store.rpc('publish_scoring_rules', { p_seen: seen });

    await save({ ...rule, rule_key: 'bergen', value: 'Bergen' });
    await expect(publish()).rejects.toMatchObject({ code: 'PT409' });
    await save({ rule_key: 'bergen' }, true);
    await store.rpc('save_scoring_group', { p_group: { rule_group: 'other', highest: 10 } });
    await expect(publish()).rejects.toMatchObject({ code: 'PT409' });
    expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 0, versions: [] });

    await store.rpc('save_scoring_group', { p_group: { rule_group: 'other' }, p_delete: true });
    expect(await publish()).toMatchObject({ version: 1, rules: 1 });
  });

  it('are taken out, and turned off', async () => {
    await save(rule);
    expect(await save({ rule_key: 'oslo', enabled: false })).toMatchObject({ saved: true });
    expect(await save({ rule_key: 'oslo' }, true)).toMatchObject({ saved: true });
    expect(await save({ rule_key: 'oslo' }, true)).toMatchObject({ saved: false });
  });

  it('have groups with limits', async () => {
    const group = (values: Json, remove = false): Promise<Saved> =>
      store.rpc('save_scoring_group', { p_group: { rule_group: 'role', ...values }, p_delete: remove });
    expect(await group({ lowest: -10, highest: 30 })).toMatchObject({ saved: true });
    expect(await group({ highest: 5000 })).toMatchObject({ saved: false, problems: { highest: expect.any(String) } });
    expect(await group({ lowest: 'x' })).toMatchObject({ problems: { lowest: 'It must be a number, got "x".' } });
    expect(await store.rpc('get_scoring_rules')).toMatchObject({ groups: [{ lowest: -10, highest: 30 }] });
    expect(await group({}, true)).toMatchObject({ saved: true });
    expect(await store.rpc('get_scoring_rules')).toMatchObject({ groups: [] });
  });
});

describe('segments at the console', () => {
  const store = useStore();
  const { leaders, segmentOf } = new Scoring(store);
  const criteria = [{ attribute: 'city', operator: 'equals', value: 'Oslo' }];
  const save = (segment: Json, discard = false): Promise<Saved> =>
    store.rpc('save_segment_draft', { p_segment: segment, p_discard: discard });
  const publish = (args: Json = {}): Promise<Json> => store.rpc('publish_segments', args);

  it('count only once they are published: a draft is previewed by name, and changes nothing', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada', city: 'Oslo' });
    const { id: segment } = await save({ segment_name: 'Northerners', criteria });

    expect(await store.rpc('preview_segments')).toEqual({
      leads: 1,
      changed: 1,
      segments: [
        { segment: 'Northerners', before: 0, after: 1 },
        { segment: null, before: 1, after: 0 },
      ],
      examples: [{ lead_id: id, lead_name: 'Ada', email: 'ada@example.com', before: null, after: 'Northerners' }],
      seen: expect.any(String),
    });
    expect(await store.rows('select * from public.customer_segments')).toEqual([]);
    expect(await store.rows(`select * from lead_sync.audit_log`)).toEqual([]);

    expect(await publish({ p_note: 'Norway' })).toEqual({ version: 2, segments: 1 });
    await store.rpc('classify_lead_segments');
    expect(await segmentOf(id)).toMatchObject({ segment_id: segment, segment_source: 'rules' });
    expect(await store.rpc('get_segments')).toMatchObject({
      segments: [{ segment_name: 'Northerners', draft: null }],
      drafts: 0,
      versions: [
        { version: 2, note: 'Norway', published_by: 'service_role' },
        { version: 1, note: 'As they were before the next version', segments: 0 },
      ],
    });
  });

  it('come back as they were in an earlier version, and what came later is turned off', async () => {
    const id = await leaders();
    const lead = await store.addLead({ email: 'b@acme.com', job_title: 'CEO', city: 'Oslo', phone: '1' });
    await save({ id, threshold: 1, criteria });
    await save({ segment_name: 'Northerners', criteria, priority: 1 });
    await publish();
    await store.rpc('classify_lead_segments', { p_scope: 'all' });
    const [{ id: later }] = await store.rows(
      `select id from public.customer_segments where segment_name = 'Northerners'`,
    );
    expect(await segmentOf(lead)).toMatchObject({ segment_id: later });

    expect(await store.rpc('preview_segments', { p_version: 1 })).toMatchObject({
      changed: 1,
      examples: [{ before: 'Northerners', after: 'Leaders' }],
    });
    expect(await publish({ p_version: 1 })).toEqual({ version: 3, segments: 2 });
    await store.rpc('classify_lead_segments', { p_scope: 'all' });

    expect(await segmentOf(lead)).toMatchObject({ segment_id: id });
    expect(await store.rpc('get_segments')).toMatchObject({
      segments: expect.arrayContaining([expect.objectContaining({ segment_name: 'Northerners', enabled: false })]),
      versions: [{ version: 3, note: 'Version 1 again' }, {}, {}],
    });
  });

  it('are published as they were shown, or not at all', async () => {
    await save({ segment_name: 'Northerners', criteria });
    const { seen } = await store.rpc('preview_segments');
    const { id } = await save({ segment_name: 'Southerners', criteria });

    await expect(publish({ p_seen: seen })).rejects.toMatchObject({ code: 'PT409' });
    expect(await store.rpc('get_segments')).toMatchObject({ drafts: 2, versions: [] });

    await save({ id }, true);
    expect(await publish({ p_seen: seen })).toEqual({ version: 2, segments: 1 });
  });

  it('that are larger than one may be say so', async () => {
    const value = Array.from({ length: 10_000 }, (_, n) => `city ${n}`);
    expect(
      await save({ segment_name: 'Everywhere', criteria: [{ ...criteria[0], operator: 'in', value }] }),
    ).toMatchObject({
      saved: false,
      problems: { criteria: 'A segment has at most 64 kB: shorten the lists.' },
    });
  });

  it('are kept as somebody edited them in the table, before the next publication', async () => {
    const id = await leaders();
    await save({ id, priority: 5 });
    await publish();
    await store.sql.query('update public.customer_segments set priority = 7');
    await save({ id, priority: 9 });

    expect(await publish()).toMatchObject({ version: 4 });
    const [third] = await store.rows(`select segments from lead_sync.segment_versions where version = 3`);
    expect(third.segments).toMatchObject([{ priority: 7 }]);
  });

  it.each<[Json, string]>([
    [{ segment_name: ' ' }, 'segment_name'],
    [{ segment_name: 'Leaders' }, 'segment_name'],
    [{ threshold: 2 }, 'threshold'],
    [{ threshold: 'half' }, 'threshold'],
    [{ priority: 1.5 }, 'priority'],
    [{ criteria: [{ attribute: 'city', operator: 'greater', value: 1 }] }, 'criteria'],
    [{ criteria: [...criteria, { attribute: 'segment', operator: 'equals', value: 'x' }] }, 'criteria'],
  ])('refuse %j at the field', async (values, field) => {
    await leaders();
    const { saved, problems } = await save({ segment_name: 'Northerners', criteria, ...values });
    expect({ saved, fields: Object.keys(problems) }).toEqual({ saved: false, fields: [field] });
  });

  it('say when there is nothing to publish, and take a draft back', async () => {
    const { id } = await save({ segment_name: 'Northerners', criteria });
    expect(await save({ id }, true)).toMatchObject({ saved: true });
    await expect(publish()).rejects.toThrow('Nothing is drafted');
    await expect(publish({ p_version: 9 })).rejects.toThrow('There is no published version 9');
  });
});
