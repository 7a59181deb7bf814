import { person, useStore, written, type Json } from './store';

interface Breakdown extends Json {
  raw: number;
  score: number;
  version: number;
  rules: Record<string, number>;
  groups: Record<string, number>;
}

interface Golden {
  name: string;
  lead: Json;
  score: number;
  raw: number;
  rules: Record<string, number>;
  groups: Record<string, number>;
}

const daysAgo = (days: number): string => new Date(Date.now() - (days + 0.5) * 86_400_000).toISOString();
const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const OLD = daysAgo(100);

/** Worked out by hand from the starter set: each rule's points, each group within its limits, the sum, and that from 0 to 100. */
const GOLDEN: Golden[] = [
  {
    name: 'nothing known',
    lead: { created_at: OLD },
    score: 0,
    raw: -10,
    rules: { email_missing: -10 },
    groups: { contact: -10 },
  },
  {
    name: 'an ideal lead, cut at 100',
    lead: {
      email: 'ada@acme.com',
      phone: '+33612345678',
      job_title: 'Founder & CTO',
      company_name: 'Acme',
      company_size: '201-500',
      lead_source: 'Demo',
      lead_status: 'qualified',
      created_at: OLD,
      attributes: { pricing_page_views: 3 },
    },
    score: 100,
    raw: 115,
    rules: {
      role_top: 25,
      company_mid: 20,
      company_named: 5,
      email_corporate: 10,
      phone_known: 5,
      source_asked: 25,
      status_qualified: 15,
      pricing_views: 10,
    },
    groups: { role: 25, company: 25, contact: 15, source: 25, status: 15, intent: 10 },
  },
  {
    name: 'a role counted twice, up to its group’s limit',
    lead: { email: 'a@acme.com', job_title: 'Director, Co-Founder', created_at: OLD },
    score: 40,
    raw: 40,
    rules: { role_top: 25, role_head: 20, email_corporate: 10 },
    groups: { role: 30, contact: 10 },
  },
  {
    name: 'a director is no CTO',
    lead: { email: 'a@acme.com', job_title: 'Director of Sales', created_at: OLD },
    score: 30,
    raw: 30,
    rules: { role_head: 20, email_corporate: 10 },
    groups: { role: 20, contact: 10 },
  },
  {
    name: 'a free address written oddly',
    lead: { email: ' Ada@GMail.com ', lead_source: ' WEBINAR', created_at: OLD },
    score: 10,
    raw: 10,
    rules: { email_free: -5, source_event: 15 },
    groups: { contact: -5, source: 15 },
  },
  {
    name: 'points that fade: a demo 15 of 30 days ago, a visit 7 of 14 days ago, a lead 7 of 14 days old',
    lead: {
      email: 'a@acme.com',
      created_at: daysAgo(7),
      attributes: { demo_requested_at: dayAgo(15), last_visit_at: `${dayAgo(7)}T00:00:00Z` },
    },
    score: 38,
    raw: 37.5,
    rules: { demo_requested: 15, visited_lately: 7.5, new_lead: 5, email_corporate: 10 },
    groups: { intent: 22.5, timing: 5, contact: 10 },
  },
  {
    name: 'lost, and cut at 0',
    lead: { email: 'a@acme.com', job_title: 'CEO', lead_status: 'Lost', created_at: OLD },
    score: 0,
    raw: -15,
    rules: { role_top: 25, email_corporate: 10, status_out: -50 },
    groups: { role: 25, contact: 10, status: -50 },
  },
  {
    name: 'an old lead of a large company',
    lead: { email: 'a@acme.com', company_size: '10,001+ employees', created_at: daysAgo(400) },
    score: 15,
    raw: 15,
    rules: { email_corporate: 10, company_large: 15, old_lead: -10 },
    groups: { contact: 10, company: 15, timing: -10 },
  },
  {
    name: 'dates and numbers that are none',
    lead: {
      email: 'a@acme.com',
      created_at: OLD,
      attributes: { last_visit_at: '2026-02-31?', demo_requested_at: 'soon', pricing_page_views: 'many' },
    },
    score: 10,
    raw: 10,
    rules: { email_corporate: 10 },
    groups: { contact: 10 },
  },
  {
    name: 'a student in a rich country, which weighs nothing',
    lead: { email: 'a@gmail.com', job_title: 'Student', country: 'France', created_at: OLD },
    score: 0,
    raw: -25,
    rules: { role_learner: -20, email_free: -5, income_high: 0 },
    groups: { role: -20, contact: -5, place: 0 },
  },
];

describe('lead scores', () => {
  const store = useStore();

  const publish = (): Promise<Json> => store.rpc('publish_scoring_rules');
  const rule = (values: Json): Promise<void> => insert('lead_scoring_rules', values);
  async function insert(table: string, values: Json): Promise<void> {
    const columns = Object.keys(values);
    const cells = columns.map((column) => (column === 'value' ? JSON.stringify(values[column]) : values[column]));
    await store.sql.query(
      `insert into public.${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
      cells,
    );
  }
  async function onlyRule(values: Json): Promise<void> {
    await store.sql.query('delete from public.lead_scoring_rules');
    await rule({ rule_key: 'only', points: 10, ...values });
  }
  const numbers = async (id: string): Promise<{ score: number; breakdown: Breakdown }> => {
    const lead = await store.lead(id);
    return { score: Number(lead.lead_score), breakdown: lead.score_breakdown as Breakdown };
  };

  test('no score is touched before rules are published', async () => {
    const id = await store.addLead({ email: 'ada@acme.com', lead_score: 42 });

    expect(await store.rpc('calculate_lead_scores')).toMatchObject({
      scored: 0,
      version: null,
      reason: expect.any(String),
    });
    expect(await store.lead(id)).toMatchObject({ lead_score: '42', score_breakdown: null });
  });

  describe('the golden set, scored on write and in a batch', () => {
    test.each(GOLDEN)('$name', async ({ lead, score, raw, rules, groups }) => {
      const earlier = await store.addLead(lead);
      await publish();
      const later = await store.addLead(lead);
      await store.rpc('calculate_lead_scores', { p_lead_ids: [earlier] });

      for (const id of [earlier, later]) {
        const scored = await numbers(id);
        expect(scored.score).toBe(score);
        expect(scored.breakdown).toMatchObject({ raw, score, version: 1 });
        expect(scored.breakdown.rules).toEqual(rules);
        expect(scored.breakdown.groups).toEqual(groups);
      }
    });
  });

  test.each<[operator: string, value: unknown, fits: unknown[], not: unknown[]]>([
    ['equals', 'Web', ['web', ' WEB '], ['webinar', null, '']],
    ['not_equals', 'web', ['webinar', null], ['Web']],
    ['in', ['a', 'B'], ['A', 'b'], ['c', null]],
    ['not_in', ['a', 'b'], ['c', null], ['A']],
    ['contains', '50%', ['up to 50% off'], ['50 percent', null]],
    ['contains', ['_x', 'y\\'], ['a_x', 'y\\z'], ['ax', 'y']],
    ['contains_word', ['vice president', 'cto'], ['CTO/Co-founder', 'Vice-President, Sales'], ['Director', null]],
    ['starts_with', ['ab'], ['Abc'], ['cab']],
    ['ends_with', 'yz', ['xYZ'], ['yzx']],
    ['greater', 2, [3, '2.5'], [2, 'three', null, '1e9']],
    ['less', 0, [-1, '-0.5'], [0, '']],
    ['between', [1, 3], [1, 3, '2.0'], [0, 3.1]],
    ['is_set', null, ['x', 0, false], ['', '  ', null]],
    ['is_not_set', null, ['', null], ['x']],
    ['within_days', 3, [dayAgo(0), dayAgo(3)], [dayAgo(4), '2999-01-01', 'today']],
    ['equals', true, [true, 'TRUE'], [false]],
  ])('%s %j', async (operator, value, fits, not) => {
    await onlyRule({ attribute: 'attributes.key', operator, ...(value === null ? {} : { value }) });
    await publish();

    const scores = async (list: unknown[]): Promise<number[]> => {
      const found: number[] = [];
      for (const key of list) found.push((await numbers(await store.addLead({ attributes: { key } }))).score);
      return found;
    };
    expect(await scores(fits)).toEqual(fits.map(() => 10));
    expect(await scores(not)).toEqual(not.map(() => 0));
  });

  test('derived attributes: phone country, country code, domain, segment', async () => {
    await store.sql.query('delete from public.lead_scoring_rules');
    const { segment_id } = (
      await store.rows(`insert into public.customer_segments (segment_name) values ('VIP') returning id as segment_id`)
    )[0];
    for (const [attribute, value] of Object.entries({
      phone_country: 'CA',
      country_code: 'gb',
      email_domain: 'acme.com',
      segment: 'vip',
    })) {
      await rule({ rule_key: attribute, attribute, operator: 'equals', value, points: 1 });
    }
    await publish();

    const id = await store.addLead({ phone: '+1 (416) 555-0199', country: 'England', email: 'a@ACME.com', segment_id });

    expect((await numbers(id)).breakdown.rules).toEqual({
      phone_country: 1,
      country_code: 1,
      email_domain: 1,
      segment: 1,
    });
  });

  describe('a rule that cannot be evaluated is refused by name, and the others stay', () => {
    test.each<[values: Json, message: RegExp]>([
      [
        { attribute: 'shoe_size', operator: 'equals', value: 'x' },
        /Rule "bad": there is no attribute "shoe_size": use one of first_name/,
      ],
      [{ attribute: 'email', operator: 'matches', value: 'x' }, /Rule "bad": there is no operator "matches"/],
      [
        { attribute: 'lead_age_days', operator: 'greater', value: '9' },
        /Rule "bad": greater takes a number, e\.g\. 50/,
      ],
      [
        { attribute: 'lead_age_days', operator: 'between', value: [9, 1] },
        /Rule "bad": between takes the smaller number first/,
      ],
      [{ attribute: 'job_title', operator: 'greater', value: 9 }, /Rule "bad": job_title is a text/],
      [{ attribute: 'job_title', operator: 'in', value: 'ceo' }, /Rule "bad": in takes a list/],
      [
        { attribute: 'job_title', operator: 'contains', value: [''] },
        /Rule "bad": contains takes texts that are not blank/,
      ],
      [
        { attribute: 'job_title', operator: 'contains_word', value: '!' },
        /Rule "bad": contains_word takes texts that are not blank/,
      ],
      [{ attribute: 'job_title', operator: 'equals', value: {} }, /Rule "bad": equals takes one text/],
      [{ attribute: 'email', operator: 'is_set', value: 1 }, /Rule "bad": is_set takes no value/],
      [
        { attribute: 'created_at', operator: 'within_days', value: 0 },
        /Rule "bad": within_days takes a whole number of days/,
      ],
      [{ attribute: 'city', operator: 'within_days', value: 3 }, /Rule "bad": city is not a time/],
      [
        { attribute: 'email_type', operator: 'equals', value: 'paid' },
        /Rule "bad": email_type is "free" or "corporate"/,
      ],
      [
        { attribute: 'email', operator: 'is_set', points: 101 },
        /Rule "bad": points must be between -100 and 100, got 101/,
      ],
      [{ attribute: 'email', operator: 'is_set', decay_days: 0 }, /Rule "bad": decay_days must be between 1 and 3650/],
    ])('%j', async (values, message) => {
      await publish();
      await expect(rule({ rule_key: 'bad', points: 5, ...values })).rejects.toThrow(message);

      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
      expect((await numbers(id)).score).toBe(10);
    });

    test('limits of a group that exclude each other', async () => {
      await expect(insert('lead_scoring_groups', { rule_group: 'x', lowest: 10, highest: 5 })).rejects.toThrow(
        /check constraint/,
      );
    });
  });

  test('a change of the lead is scored at once and goes out with it; quiet afterwards', async () => {
    await publish();
    const snapshot = person({ email: 'ada@acme.com', job_title: 'Manager' });
    await store.pull([snapshot]);
    const [lead] = await store.rows('select id, lead_score, sync_status from public.leads');
    expect(lead).toMatchObject({ lead_score: '30', sync_status: 'pending' });

    const { writes } = await store.push([snapshot]);
    expect(writes).toMatchObject([{ op: 'update', values: { lead_score: 30 } }]);
    await store.rpc('calculate_lead_scores', { p_scope: 'all' });

    expect(await store.lead(String(lead.id))).toMatchObject({ sync_status: 'synced' });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('an edit in Twenty that comes in rescored makes the lead due', async () => {
    await publish();
    const snapshot = person({ email: 'ada@acme.com', job_title: 'Manager' });
    await store.pull([snapshot]);
    await store.push([snapshot]);

    await store.pull([{ ...snapshot, job_title: 'CEO', lead_score: 30, twenty_updated_at: new Date().toISOString() }]);

    const again = await store.claim();
    expect(again).toMatchObject({ claimed: 1 });
    expect((await store.plan(again, [{ ...snapshot, job_title: 'CEO', lead_score: 30 }])).writes).toMatchObject([
      { op: 'update', values: { lead_score: 45 } },
    ]);
  });

  test('a lead that is being pushed stays claimed while it is scored, and is due again', async () => {
    const id = await store.addLead({ email: 'ada@acme.com' });
    const { claim, writes } = await store.beginPush();
    await publish();

    await store.rpc('calculate_lead_scores');
    expect(await store.lead(id)).toMatchObject({ sync_status: 'syncing' });

    await store.complete(claim, [written(writes[0])]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending' });
  });

  test('a score written by hand is set back to the rules’', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });

    await store.editLead(id, { lead_score: 99 });

    expect((await numbers(id)).score).toBe(10);
  });

  test('scoring changes nothing that would be scored or pushed again', async () => {
    await publish();
    await store.addLead({ email: 'ada@acme.com' });
    const step = await store.rpc('calculate_lead_scores');

    expect(step).toMatchObject({ scored: 0, changed: 0, has_next: false, version: 1 });
    expect(await store.rpc('calculate_lead_scores', { p_scope: 'all' })).toMatchObject({ scored: 1, changed: 0 });
  });

  test('a refused lead is not tried again for the sake of a score', async () => {
    const id = await store.addLead({ email: 'ada@acme.com' });
    await store.sql.query(`select set_config('lead_sync.engine', 'on', false)`);
    await store.sql.query(
      `update public.leads set sync_status = 'error'; update lead_sync.lead_states set due_at = null`,
    );
    await store.sql.query(`select set_config('lead_sync.engine', 'off', false)`);
    await publish();

    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ changed: 1 });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'error' });
    expect(await store.state(id)).toMatchObject({ due_at: null });
  });

  test('a deleted lead keeps its score; restored, it is scored', async () => {
    const id = await store.addLead({ email: 'ada@acme.com', deleted_at: OLD, created_at: OLD });
    await publish();

    await store.rpc('calculate_lead_scores');
    expect(await store.lead(id)).toMatchObject({ lead_score: null });
    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 0 });

    await store.editLead(id, { deleted_at: null });
    expect((await numbers(id)).score).toBe(10);
  });

  test('steps of a batch: each lead once, by position or until nothing is stale', async () => {
    for (let n = 0; n < 7; n += 1) await store.addLead({ email: `p${n}@acme.com` });
    await publish();

    const stale: Json[] = [];
    do stale.push(await store.rpc('calculate_lead_scores', { p_limit: 3 }));
    while (stale.at(-1)?.has_next);
    expect(stale.map(({ scored }) => scored)).toEqual([3, 3, 1]);

    const all: Json[] = [];
    do
      all.push(
        await store.rpc('calculate_lead_scores', {
          p_scope: 'all',
          p_limit: 3,
          p_position: all.at(-1)?.position ?? null,
        }),
      );
    while (all.at(-1)?.has_next);
    expect(all.map(({ scored }) => scored)).toEqual([3, 3, 1]);
  });

  test('time alone makes a score stale when points fade, and not before', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com' });
    expect(await numbers(id)).toMatchObject({ score: 20, breakdown: { rules: { new_lead: 10 } } });
    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 0 });

    await store.sql.query(`set session_replication_role = 'replica'`);
    await store.sql.query(
      `update public.leads set created_at = now() - interval '8 days', rescore_at = now() - interval '1 minute'`,
    );
    await store.sql.query(`set session_replication_role = 'origin'`);

    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 1, changed: 1, has_next: false });
    expect((await numbers(id)).breakdown.rules.new_lead).toBe(4.29);
    expect((await store.lead(id)).rescore_at).not.toBeNull();
  });

  test('a lead whose points cannot fade any more is not scored again by time', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com', created_at: daysAgo(500) });

    expect(await store.lead(id)).toMatchObject({ rescore_at: null });
  });

  describe('versions', () => {
    test('a draft changes nothing until it is published, and a preview tells how it would', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
      await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);

      const preview = await store.rpc('preview_scoring_rules');
      expect(preview).toMatchObject({
        version: null,
        leads: 1,
        changed: 1,
        average: { before: 10, after: 12 },
        rules: [{ rule_key: 'email_corporate', leads: 1, points: 12 }],
        examples: [{ lead_id: id, before: 10, after: 12 }],
      });
      expect(preview.distribution).toHaveLength(10);
      expect((await numbers(id)).score).toBe(10);
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: true });

      expect(await publish()).toEqual({ version: 2, rules: 25, previous: 1 });
      await store.rpc('calculate_lead_scores');
      expect(await numbers(id)).toMatchObject({ score: 12, breakdown: { version: 2 } });
    });

    test('rolling back brings the scores back; the draft stays unless it is to be restored', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
      await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);
      await publish();
      await store.rpc('calculate_lead_scores');

      expect(await store.rpc('roll_back_scoring_rules')).toMatchObject({ version: 1, previous: 2 });
      await store.rpc('calculate_lead_scores');
      expect((await numbers(id)).score).toBe(10);
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: true });

      await store.rpc('roll_back_scoring_rules', { p_version: 1, p_restore_draft: true });
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: false });
    });

    test('version 0 stops scoring: scores stay, and belong to whoever writes them', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });

      await store.rpc('roll_back_scoring_rules', { p_version: 0 });

      expect((await numbers(id)).score).toBe(10);
      await store.editLead(id, { lead_score: 77 });
      expect((await numbers(id)).score).toBe(77);
    });

    test('a published version cannot be edited, one that is not there not be taken, an empty draft not be published', async () => {
      await publish();
      await expect(store.sql.query(`update public.lead_scoring_versions set rules = '[]'`)).rejects.toThrow(
        /version 1 stays as it was published/,
      );
      await expect(store.rpc('roll_back_scoring_rules', { p_version: 9 })).rejects.toThrow(
        'There is no published version 9',
      );
      await expect(store.rpc('preview_scoring_rules', { p_version: 9 })).rejects.toThrow(
        'There is no published version 9',
      );
      await store.sql.query('update public.lead_scoring_rules set enabled = false');
      await expect(publish()).rejects.toThrow('There is no enabled rule to publish');
    });
  });

  test('the report tells distribution, contributions and segments', async () => {
    await publish();
    await store.addLead({ email: 'ada@acme.com', created_at: OLD });
    await store.addLead({ created_at: OLD });

    expect(await store.rpc('get_scoring_report')).toMatchObject({
      leads: 2,
      average: 5,
      rules: [
        { rule_key: 'email_corporate', leads: 1, points: 10 },
        { rule_key: 'email_missing', leads: 1, points: -10 },
      ],
      segments: [{ segment: null, leads: 2, average: 5 }],
    });
  });
});
