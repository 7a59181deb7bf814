import { connectDatabase } from '../setup/database';
import { Scoring } from './scoring';
import { dayAgo, daysAgo, GOLDEN, OLD } from './scoring-golden';
import { person, useStore, type Json } from './store';

/** Each changes the draft in another way; together they use every operator, and what a lead has beside its own texts. */
const CHANGES = [
  `update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`,
  `update public.lead_scoring_rules set value = '["founder", "owner"]' where rule_key = 'role_top'`,
  `update public.lead_scoring_rules set rule_key = 'asked' where rule_key = 'source_asked'`,
  `delete from public.lead_scoring_rules where rule_key = 'phone_known'`,
  `update public.lead_scoring_rules set decay_days = 20 where rule_key = 'visited_lately'`,
  `insert into public.lead_scoring_rules (rule_key, attribute, operator, value, points) values
     ('a', 'email_domain', 'ends_with', '".com"', 1), ('b', 'attributes.note', 'contains', '["50%", "_x"]', 2), ('c', 'city', 'not_equals', '"Paris"', 1),
     ('d', 'country_code', 'not_in', '["FR", "DE"]', 1), ('e', 'phone_country', 'equals', '"FR"', 1.5), ('f', 'lead_age_days', 'less', '50', -1),
     ('g', 'attributes.score', 'between', '[1, 3]', 1), ('h', 'activity_count', 'is_set', null, 1), ('i', 'days_without_activity', 'greater', '30', -2),
     ('j', 'email_domain', 'contains_word', '"acme"', 1), ('k', 'created_at', 'is_set', null, 1), ('l', 'segment', 'equals', '"Leaders"', 3),
     ('m', 'attributes.due', 'within_days', '9', 1), ('n', 'company_size_band', 'starts_with', '"51"', 1), ('o', 'first_name', 'is_not_set', null, 1)`,
  `update public.lead_scoring_rules set points = points + 1 where rule_key in ('b', 'd', 'g', 'i', 'm')`,
  `update public.lead_scoring_rules set enabled = false where attribute like 'attributes.%'`,
];

const LEADS: Json[] = [
  ...GOLDEN.map(({ lead }) => lead),
  {
    email: 'ada@sub.acme.com',
    phone: '+33612345678',
    city: 'Paris',
    country: 'France',
    company_size: '60',
    created_at: daysAgo(10),
  },
  {
    email: 'bob@gmail.com',
    first_name: 'Bob',
    created_at: OLD,
    attributes: { note: 'up to 50% off', score: '2.5', due: dayAgo(3) },
  },
  {
    job_title: 'Owner / Head',
    created_at: daysAgo(29),
    attributes: { note: 'a_x', score: 'three', due: 'soon', last_visit_at: dayAgo(12) },
  },
];

describe('when the rules change', () => {
  const store = useStore();
  const { numbers, publish, leaders } = new Scoring(store);

  const rescore = (args: Json = {}): Promise<Json> => store.rpc('calculate_lead_scores', args);
  const versions = async (): Promise<unknown> =>
    (await store.rows('select id, ctid::text, xmin::text from public.leads order by id')).map((row) => row);
  const ids = async (query: string): Promise<unknown[]> => (await store.rows(query)).map(({ id }) => id);

  /** Leads whose stored result is not what each rule, weighed for each lead, makes of it. */
  const different = (): Promise<unknown[]> =>
    ids(`
      select l.id from lead_sync.scoring_state as s
      cross join lateral lead_sync.weigh_leads(array(select l from public.leads as l where l.deleted_at is null), s.version) as w
      join public.leads as l on l.id = w.lead_id
      where (l.score_breakdown -> 'rules', l.score_breakdown -> 'groups', l.rescore_at) is distinct from (w.points, w.groups, w.next_at)
        or l.lead_score is distinct from least(100, greatest(0, round(w.total)))
      order by 1`);
  const found = (): Promise<unknown[]> =>
    ids(`
      select unnest(lead_sync.leads_to_score(array(select l.id from public.leads as l), s.version)) as id from lead_sync.scoring_state as s order by 1`);

  it('finds exactly the leads whose score or breakdown is another one now, whatever changed', async () => {
    await leaders();
    await publish();
    for (const lead of LEADS) await store.addLead(lead);
    await rescore();
    expect(await found()).toEqual([]);

    let changed = 0;
    for (const change of CHANGES) {
      await store.sql.query(change);
      await publish();
      const expected = await different();
      expect(await found()).toEqual(expected);
      changed += expected.length;
      await rescore();
      expect(await different()).toEqual([]);
    }
    expect(changed).toBeGreaterThan(40);

    // one score for another set of rules, and points that go elsewhere
    await store.sql.query(`update public.lead_scoring_rules set rule_group = 'new' where rule_key = 'email_corporate'`);
    await publish();
    expect(await found()).toEqual(expect.arrayContaining(await different()));
    await rescore();
    expect(await different()).toEqual([]);
  });

  it('writes nothing to a lead whose score stays, and looks at each once', async () => {
    await publish();
    for (const lead of LEADS) await store.addLead(lead);
    await rescore();
    const before = await versions();

    await publish();
    expect(await rescore()).toMatchObject({ scored: LEADS.length, changed: 0 });
    expect(await rescore()).toMatchObject({ scored: 0 });
    expect(await rescore({ p_scope: 'all' })).toMatchObject({ scored: LEADS.length, changed: 0 });
    expect(await versions()).toEqual(before);
  });

  it('misses no lead that was scored by the rules before, and seen only after the others were done', async () => {
    await publish();
    const writer = await connectDatabase();
    try {
      await writer.query('begin');
      const { rows } = await writer.query<{ id: string }>(
        `insert into public.leads (email, created_at) values ('late@acme.com', $1) returning id`,
        [OLD],
      );
      await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);
      await publish();
      expect(await rescore()).toMatchObject({ scored: 0 });
      await writer.query('commit');
      expect((await numbers(rows[0].id)).score).toBe(10);

      expect(await rescore()).toMatchObject({ scored: 1, changed: 1 });
      expect((await numbers(rows[0].id)).score).toBe(12);
      expect(await rescore()).toMatchObject({ scored: 0 });
    } finally {
      await writer.end();
    }
  });

  it('leaves the score alone when Twenty changes what no rule looks at, but for one that is not of today', async () => {
    await publish();
    const snapshot = person({ email: 'ada@acme.com', first_name: 'Ada', twenty_created_at: OLD });
    await store.pull([snapshot]);
    const [{ id }] = (await store.rows('select id::text from public.leads')) as Array<{ id: string }>;
    const scoredAt = async (): Promise<unknown> => (await numbers(id)).breakdown.scored_at;
    const takes = async (values: Json): Promise<void> => {
      await store.pull([{ ...snapshot, ...values, twenty_updated_at: new Date().toISOString() }]);
      expect(await store.lead(id)).toMatchObject(values);
    };
    const first = await scoredAt();

    await takes({ first_name: 'Augusta' });
    expect(await scoredAt()).toBe(first);

    await takes({ first_name: 'Augusta', job_title: 'CEO' });
    expect((await numbers(id)).breakdown.rules).toMatchObject({ role_top: 25 });

    await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);
    await publish();
    await takes({ first_name: 'A.', job_title: 'CEO' });
    expect((await numbers(id)).breakdown.rules).toMatchObject({ email_corporate: 12 });

    const due = await scoredAt();
    await store.sql.query(`set session_replication_role = 'replica'`);
    await store.sql.query(`update public.leads set rescore_at = now() - interval '1 minute'`);
    await store.sql.query(`set session_replication_role = 'origin'`);
    await takes({ first_name: 'Ada', job_title: 'CEO' });
    expect(await scoredAt()).not.toBe(due);
  });

  it('sets a score back that was written by hand while no rules were in force', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
    await store.rpc('roll_back_scoring_rules', { p_version: 0 });
    await store.editLead(id, { lead_score: 77 });
    await store.rpc('roll_back_scoring_rules', { p_version: 1 });

    expect(await rescore()).toMatchObject({ changed: 1 });
    expect((await numbers(id)).score).toBe(10);
  });
});
