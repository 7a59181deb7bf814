import { Scoring } from './scoring';
import { person, useStore, type Json } from './store';

describe('segments', () => {
  const store = useStore();
  const { enterprise, leaders, publish, segment, segmentOf } = new Scoring(store);

  test('a lead gets the segment it fits when it is written, with the share of the criteria it meets', async () => {
    const [big, lead] = [await enterprise(), await leaders()];

    const ids = {
      big: await store.addLead({ company_size: '1,001-5,000', job_title: 'CEO', email: 'a@acme.com', phone: '1' }),
      most: await store.addLead({ job_title: 'Head of Sales', email: 'b@acme.com' }),
      none: await store.addLead({ email: 'c@gmail.com' }),
    };

    expect(await segmentOf(ids.big)).toEqual({ segment_id: big, segment_confidence: 1, segment_source: 'rules' });
    expect(await segmentOf(ids.most)).toEqual({ segment_id: lead, segment_confidence: 0.75, segment_source: 'rules' });
    expect(await segmentOf(ids.none)).toEqual({ segment_id: null, segment_confidence: null, segment_source: null });
  });

  test('leads that were there before the criteria are classified by steps, and go out', async () => {
    const snapshot = person({ job_title: 'CEO', email: 'a@acme.com' });
    await store.pull([snapshot]);
    const unsure = await store.addLead({ email: 'b@gmail.com' });
    const id = await leaders();

    const step = await store.rpc('classify_lead_segments', { p_limit: 10 });

    expect(step).toMatchObject({ classified: 2, changed: 1, undecided: 1, has_next: false });
    const [lead] = await store.rows('select * from public.leads where twenty_id is not null');
    expect(lead).toMatchObject({ segment_id: id, sync_status: 'pending' });
    const { writes } = await store.beginPush([snapshot]);
    expect(writes.find(({ lead_id }) => lead_id === lead.id)?.values).toEqual({ segment: 'Leaders' });
    expect(await segmentOf(unsure)).toMatchObject({ segment_id: null });
    expect(await store.rpc('classify_lead_segments', { p_scope: 'all' })).toMatchObject({ changed: 0 });
  });

  /** Calculates scores as the nodes do: until there is no next step, or a step did nothing. */
  async function followed(): Promise<void> {
    let last: Json = {};
    for (let step: Json = { has_next: true }; step.has_next; last = step) {
      step = await store.rpc('calculate_lead_scores', { p_limit: 1 });
      expect(step.scored === 0 && step.has_next && step.position === (last.position ?? null)).toBe(false);
    }
  }

  test.each([
    ['no scoring rules are published', false],
    ['scoring rules are in force', true],
  ])('an edit of a segment reaches the leads that are there while %s', async (_while, isScored) => {
    if (isScored) await publish();
    await enterprise();
    await leaders();
    await segment('Makers');
    const ids = [
      await store.addLead({ company_size: '5000', job_title: 'CEO', email: 'a@gmail.com' }),
      await store.addLead({ job_title: 'CEO', email: 'b@gmail.com' }),
      await store.addLead({ job_title: 'Carpenter' }),
    ];
    await store.rpc('apply_ai_segments', { p_results: [{ lead_id: ids[2], segment: 'Makers', confidence: 0.8 }] });
    const segments = async (): Promise<unknown[]> =>
      (
        await store.rows(
          `select s.segment_name as name from unnest($1::uuid[]) with ordinality as i (id, place)
           join public.leads as l on l.id = i.id left join public.customer_segments as s on s.id = l.segment_id order by i.place`,
          [ids],
        )
      ).map(({ name }) => name);
    const after = async (name: string, change: string): Promise<unknown[]> => {
      await store.sql.query(`update public.customer_segments set ${change} where segment_name = $1`, [name]);
      await followed();
      return await segments();
    };

    expect(await segments()).toEqual(['Enterprise', 'Leaders', 'Makers']);
    expect(await after('Leaders', 'priority = 0')).toEqual(['Leaders', 'Leaders', 'Makers']);
    expect(await after('Leaders', 'threshold = 0.8')).toEqual(['Enterprise', null, 'Makers']);
    expect(await after('Makers', 'enabled = false')).toEqual(['Enterprise', null, null]);
    expect(
      await after('Leaders', `criteria = '[{"attribute": "job_title", "operator": "equals", "value": "carpenter"}]'`),
    ).toEqual(['Enterprise', null, 'Leaders']);
  });

  test('leads are looked at again once after an edit that may matter, and not after one of the description', async () => {
    const epoch = async (): Promise<number> =>
      (await store.rows<{ epoch: number }>('select epoch from lead_sync.scoring_state'))[0].epoch;
    await leaders();
    const before = await epoch();

    await store.sql.query(`update public.customer_segments set description = 'Who decide', priority = priority`);
    expect(await epoch()).toBe(before);
    await store.sql.query(
      `insert into public.customer_segments (segment_name, criteria, threshold)
       select 'Leaders', s.criteria || '[{"attribute": "city", "operator": "is_set"}]', 0.6 from public.customer_segments as s
       on conflict (segment_name) do update set criteria = excluded.criteria, threshold = excluded.threshold`,
    );
    expect(await epoch()).toBe(before + 1);
  });

  test('what somebody chose stays, until it is blanked', async () => {
    const [, chosen] = [await enterprise(), await segment('Friends')];
    const id = await store.addLead({ company_size: '5000' });

    await store.editLead(id, { segment_id: chosen });
    expect(await segmentOf(id)).toMatchObject({ segment_id: chosen, segment_source: 'human', segment_confidence: 1 });
    await store.editLead(id, { company_size: '6000' });
    await store.rpc('classify_lead_segments', { p_scope: 'all' });
    await store.rpc('apply_ai_segments', { p_results: [{ lead_id: id, segment: 'Enterprise', confidence: 1 }] });
    expect(await segmentOf(id)).toMatchObject({ segment_id: chosen, segment_source: 'human' });

    await store.editLead(id, { segment_id: null });
    expect(await segmentOf(id)).toMatchObject({ segment_source: 'rules', segment_confidence: 1 });
  });

  test('a segment that rules give stays theirs, whatever else the write names', async () => {
    const lead = await leaders();
    const take = (values: Json): Promise<Json> =>
      store.rpc('upsert_leads', { p_leads: [{ email: 'a@gmail.com', ...values }], p_source: 'form' });
    await take({});
    await take({ job_title: 'CEO' });
    const [{ id }] = await store.rows<{ id: string }>('select id from public.leads');
    expect(await segmentOf(id)).toEqual({ segment_id: lead, segment_confidence: 0.5, segment_source: 'rules' });

    await store.sql.query(
      `update public.leads set job_title = 'Cook', lead_score = lead_score, segment_id = segment_id, segment_source = segment_source`,
    );
    expect(await segmentOf(id)).toEqual({ segment_id: null, segment_confidence: null, segment_source: null });
  });

  test('what somebody chose stays in a write that rules would give another segment for, too', async () => {
    const [, chosen] = [await leaders(), await segment('Friends')];
    const id = await store.addLead({ email: 'a@gmail.com' });

    await store.editLead(id, { segment_id: chosen, job_title: 'CEO' });

    expect(await segmentOf(id)).toEqual({ segment_id: chosen, segment_confidence: 1, segment_source: 'human' });
  });

  test('a segment that is deleted while used leaves its leads to the others', async () => {
    const [big, lead] = [await enterprise(), await leaders()];
    const falls = await store.addLead({ company_size: '5000', job_title: 'CEO', email: 'a@acme.com', phone: '1' });
    const blank = await store.addLead({ company_size: '5000', email: 'a@gmail.com' });

    await store.sql.query('delete from public.customer_segments where id = $1', [big]);

    expect(await segmentOf(falls)).toEqual({ segment_id: lead, segment_confidence: 1, segment_source: 'rules' });
    expect(await segmentOf(blank)).toEqual({ segment_id: null, segment_confidence: null, segment_source: null });
  });

  test.each<[values: Json, message: RegExp]>([
    [{ criteria: [{ attribute: 'x', operator: 'is_set' }] }, /Segment "Bad": criterion 1: there is no attribute "x"/],
    [
      { criteria: [{ attribute: 'segment', operator: 'is_set' }] },
      /Segment "Bad": criterion 1: a segment cannot depend on segments/,
    ],
    [
      { criteria: [{ attribute: 'email', operator: 'is_set', weight: -1 }] },
      /Segment "Bad": criterion 1: weight must be between/,
    ],
    [{ criteria: [] }, /Segment "Bad": criteria are a list/],
    [{ criteria: ['x'] }, /Segment "Bad": criterion 1: is not an object/],
    [{ threshold: 0 }, /Segment "Bad": threshold must be above 0/],
  ])('criteria that cannot be evaluated are refused by name: %j', async (values, message) => {
    await enterprise();
    await expect(segment('Bad', values)).rejects.toThrow(message);

    const id = await store.addLead({ company_size: '5000' });
    expect(await segmentOf(id)).toMatchObject({ segment_source: 'rules' });
  });

  test('a rule on segments scores a lead again when its segment changes', async () => {
    await store.sql.query('delete from public.lead_scoring_rules');
    await store.sql.query(
      `insert into public.lead_scoring_rules (rule_key, attribute, operator, value, points) values ('vip', 'segment', 'equals', '"VIP"', 40)`,
    );
    await publish();
    const id = await store.addLead({ job_title: 'CEO' });
    expect(await store.lead(id)).toMatchObject({ lead_score: '0' });

    await segment('VIP', { criteria: [{ attribute: 'job_title', operator: 'equals', value: 'ceo' }] });
    await store.rpc('classify_lead_segments');

    expect(await store.lead(id)).toMatchObject({ lead_score: '40', segment_source: 'rules' });

    await store.sql.query(`update public.customer_segments set segment_name = 'Very important'`);
    await followed();
    expect(await store.lead(id)).toMatchObject({ lead_score: '0' });
  });
});
