import { Revenue } from './revenue';
import { Scoring } from './scoring';
import { longEmail, useStore, type Json } from './store';

interface Odds extends Json {
  rule_key: string;
  suggested_points: number | null;
}

const MADE = '2026-01-10T00:00:00Z';

describe('the quality of scores', () => {
  const store = useStore();
  const revenue = new Revenue(store);
  const scoring = new Scoring(store);
  beforeEach(() => revenue.stages());

  const quality = (): Promise<Json & { rules: Odds[]; deciles: Json[] }> => store.rpc('get_score_quality');

  /** Deals of leads that scored so, as if scored before. */
  const deals = async (stage: string, scores: number[], rules: Json = {}, version?: number): Promise<void> => {
    for (const score of scores) {
      const lead_id = await revenue.lead({
        lead_score: score,
        score_breakdown: { rules, version, scored_at: '2026-01-01T00:00:00Z' },
      });
      await revenue.deal({ stage, lead_id, created_at: MADE });
    }
  };
  const times = (count: number, score: number): number[] => Array.from({ length: count }, () => score);

  test('few deals are said to be few', async () => {
    await deals('WON', [90]);
    await deals('LOST', [10]);
    await deals('NEW', [50]);

    expect(await quality()).toMatchObject({
      deals: 2,
      enough: false,
      sentence: expect.stringMatching(/^1 won and 1 lost deals have a scored lead: too few to judge the scores by/),
      auc: { value: 1 },
    });
  });

  test('none are none', async () => {
    expect(await quality()).toMatchObject({
      deals: 0,
      win_percent: null,
      enough: false,
      auc: null,
      deciles: [],
      rules: [],
    });
  });

  test('the area under the curve and its interval are those of Hanley and McNeil', async () => {
    // won 3 × 80, 1 × 40; lost 2 × 40, 2 × 20: of 16 pairs the won one is higher in 14, equal in 2: 15 / 16
    await deals('WON', [80, 80, 80, 40]);
    await deals('LOST', [40, 40, 20, 20]);

    const area = 15 / 16;
    const [q1, q2] = [area / (2 - area), (2 * area ** 2) / (1 + area)];
    const deviation = Math.sqrt((area * (1 - area) + 3 * (q1 - area ** 2) + 3 * (q2 - area ** 2)) / 16);
    expect(await quality()).toMatchObject({
      auc: { value: 0.938, low: Number((area - 1.96 * deviation).toFixed(3)), high: 1, method: 'Hanley–McNeil, 95 %' },
    });
  });

  test('where scores part all won deals from all lost ones, the interval is as wide as few deals make it', async () => {
    await deals('WON', times(10, 90));
    await deals('LOST', times(10, 10));

    // 0.025 to the tenth part: of ten pairs, all were in that order
    expect(await quality()).toMatchObject({ auc: { value: 1, low: 0.692, high: 1, method: 'Clopper–Pearson, 95 %' } });

    await store.sql.query('update public.leads set lead_score = 100 - lead_score');
    expect(await quality()).toMatchObject({ auc: { value: 0, low: 0, high: 0.308 } });
  });

  test('each tenth has its win rate and lift; equal scores stay together', async () => {
    await deals('WON', [...times(8, 90), ...times(2, 10)]);
    await deals('LOST', [...times(2, 90), ...times(8, 10)]);

    expect((await quality()).deciles).toEqual([
      { decile: 6, from: 90, to: 90, deals: 10, won: 8, win_percent: 80, lift: 1.6 },
      { decile: 1, from: 10, to: 10, deals: 10, won: 2, win_percent: 20, lift: 0.4 },
    ]);
    expect(await quality()).toMatchObject({ enough: true, sentence: 'Leads that scored higher were won more often.' });
  });

  test('a score counts as it was when the deal was made', async () => {
    await deals('WON', [70]);
    const later = { rules: {}, scored_at: '2026-02-01T00:00:00Z' };
    const scoredAnew = await revenue.lead({ lead_score: 20, score_breakdown: later });
    await revenue.deal({ stage: 'LOST', lead_id: scoredAnew, created_at: MADE });
    const noted = await revenue.lead({ lead_score: 60, score_breakdown: { rules: { old: 5 } } });
    const unlinked = await revenue.deal({ stage: 'WON' });
    await store.sql.query('update public.opportunities set lead_id = $1 where id = $2', [noted, unlinked]);
    await store.editLead(noted, { lead_score: 5, score_breakdown: later });

    expect(await quality()).toMatchObject({ scores: { known: 2, present: 1 }, rules: [{ rule_key: 'old' }] });
    expect((await quality()).deciles.map(({ from }) => from)).toEqual([70, 60, 20]);
  });

  test('a rule’s odds are told with and without it, and points only with enough deals', async () => {
    await deals('WON', times(16, 60), { demo_requested: 30, rare: 3 });
    await deals('LOST', times(4, 60), { demo_requested: 30 });
    await deals('WON', times(4, 20), {});
    await deals('LOST', times(16, 20), { rare: 3 });
    await store.sql.query('update public.lead_scoring_rules set enabled = true');

    const { rules } = await quality();

    const demo = rules.find(({ rule_key }) => rule_key === 'demo_requested');
    // (16.5 × 16.5) / (4.5 × 4.5), ten points for each doubling
    expect(demo).toMatchObject({
      with: { won: 16, lost: 4 },
      without: { won: 4, lost: 16 },
      odds_with: 4,
      odds_without: 0.25,
      odds_ratio: 13.44,
      deals: 20,
      enough: true,
      suggested_points: 37,
      points: 30,
    });
    expect(rules.find(({ rule_key }) => rule_key === 'rare')).toMatchObject({ odds_ratio: 1, suggested_points: null });
  });

  test('a deal whose lead was not judged by a rule counts neither with it nor without it', async () => {
    const rules = (late: boolean): string =>
      JSON.stringify([
        { rule_key: 'old', enabled: true },
        { rule_key: 'late', enabled: late },
      ]);
    await store.sql.query(
      `insert into public.lead_scoring_versions (version, rules, groups) values (1, $1, '[]'), (2, $2, '[]')`,
      [rules(false), rules(true)],
    );
    await deals('WON', [60], { old: 5 }, 1);
    await deals('LOST', times(2, 60), {}, 1);
    await deals('WON', [60], { late: 5 }, 2);
    await deals('LOST', times(4, 60), {}, 2);
    const [plain, noted] = [await revenue.lead({ lead_score: 50 }), await revenue.lead({ lead_score: 50 })];
    await revenue.deal({ stage: 'LOST', lead_id: plain, created_at: MADE });
    await revenue.deal({ stage: 'LOST', lead_id: noted });
    await store.editLead(noted, { score_breakdown: { rules: { old: 5 } } });

    const found = await quality();

    expect(found).toMatchObject({ deals: 10 });
    expect(Object.fromEntries(found.rules.map((rule) => [rule.rule_key, [rule.with, rule.without]]))).toEqual({
      old: [
        { won: 1, lost: 0 },
        { won: 1, lost: 6 },
      ],
      late: [
        { won: 1, lost: 0 },
        { won: 0, lost: 4 },
      ],
    });
  });

  test('a lead that a new version leaves as it was is judged by it, once all leads were looked at', async () => {
    await scoring.publish();
    const lead_id = await revenue.lead();
    const noted = async (): Promise<unknown> => {
      const id = await revenue.deal({ stage: 'WON', lead_id });
      return (await store.rows('select version from lead_sync.deal_scores where opportunity_id = $1', [id]))[0].version;
    };
    const versions = [await noted()];
    await scoring.rule({ rule_key: 'late', attribute: 'job_title', operator: 'equals', value: 'CEO', points: 10 });
    await scoring.publish();
    versions.push(await noted());
    await store.rpc('calculate_lead_scores');
    versions.push(await noted());

    expect(versions).toEqual([1, 1, 2]);
    expect((await scoring.numbers(lead_id)).breakdown.version).toBe(1);
  });

  test('suggested points go into the draft, never into force', async () => {
    await deals('WON', times(16, 60), { demo_requested: 30, income_high: 0 });
    await deals('LOST', times(4, 60), { demo_requested: 30, income_high: 0 });
    await deals('WON', times(4, 20), {});
    await deals('LOST', times(16, 20), {});
    await scoring.publish();

    const answer = await store.rpc('draft_suggested_points');

    expect(answer).toMatchObject({
      changed: [{ rule_key: 'demo_requested', before: 30, after: 37 }],
      preview: { version: null },
    });
    expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: true });
    expect(await store.rpc('draft_suggested_points')).toEqual({ changed: [], preview: null });
  });

  test('what AI said is measured by what people set', async () => {
    const [enterprise, leaders] = [await scoring.segment('Enterprise'), await scoring.segment('Leaders')];
    const answers = [
      { said: enterprise, chosen: enterprise, by: 'human' },
      { said: enterprise, chosen: leaders, by: 'human' },
      { said: leaders, chosen: leaders, by: 'human' },
      { said: leaders, chosen: leaders, by: 'ai' },
    ];
    for (const { said, chosen, by } of answers) {
      const id = await revenue.lead();
      await store.sql.query('begin');
      await store.sql.query(`select set_config('lead_sync.engine', 'on', true)`); // as the workflows write
      await store.sql.query('update public.leads set segment_id = $2, segment_source = $3 where id = $1', [
        id,
        chosen,
        by,
      ]);
      await store.sql.query('commit');
      await store.sql.query(
        `insert into lead_sync.ai_answers (lead_id, facts, offered, segment_id, confidence) values ($1, '', '', $2, 0.8)`,
        [id, said],
      );
    }

    expect((await quality()).segments).toEqual({
      judged: 3,
      agreed: 2,
      agreed_percent: 66.7,
      by_segment: [
        { segment: 'Enterprise', judged: 2, agreed: 1 },
        { segment: 'Leaders', judged: 1, agreed: 1 },
      ],
    });
  });
});

describe('the quality of data', () => {
  const store = useStore();

  test('each field is complete, valid and fresh, by source', async () => {
    await store.addLead({
      first_name: 'Ada',
      email: 'ada@example.com',
      phone: '+33612345678',
      country: 'France',
      lead_source: 'meta',
    });
    await store.addLead({
      first_name: 'test',
      email: 'nobody',
      phone: '0612',
      country: 'Atlantis',
      lead_source: 'meta',
    });
    await store.addLead({ email: 'bob@example.com' });
    await store.sql.query(`update public.leads set created_at = now() - interval '10 days'`);
    await store.sql.query(`update lead_sync.lead_states set changed_at = '{}'`);

    const { fields, leads } = await store.rpc<{ fields: Json[]; leads: number }>('get_data_quality', {});

    const field = (name: string) => fields.find((entry) => entry.field === name);
    expect(leads).toBe(3);
    expect(field('email')).toMatchObject({
      filled_percent: 100,
      valid_percent: 66.7,
      age_days: 10,
      sources: [
        { source: 'meta', leads: 2, filled_percent: 100, valid_percent: 50 },
        { source: null, leads: 1, filled_percent: 100, valid_percent: 100 },
      ],
    });
    expect(field('phone')).toMatchObject({ filled_percent: 66.7, valid_percent: 50 });
    expect(field('country')).toMatchObject({ filled_percent: 66.7, valid_percent: 50 });
    expect(field('first_name')).toMatchObject({ filled_percent: 66.7, valid_percent: 50 });
    expect(field('city')).toMatchObject({ filled_percent: 0, valid_percent: null, age_days: null });
  });

  const upkeep = (p_now: string) => store.rpc('run_sync_maintenance', { p_now, p_cleanup: false });

  test('a source may be any text: spelled as the sum of all it is none, a huge one counts by its beginning', async () => {
    await store.addLead({ email: 'ada@example.com', lead_source: ' * ' });
    await store.addLead({ email: 'ben@example.com', lead_source: longEmail() });
    await store.sql.query('update lead_sync.settings set keep_data_quality = true');

    expect((await upkeep('2026-02-05T00:00:00Z')).data_quality).toEqual({ kept: 3 * 14 });

    const { fields } = await store.rpc<{ fields: Array<{ sources: Json[] }> }>('get_data_quality');
    expect(fields).toHaveLength(14);
    expect(fields[0].sources.map(({ source }) => (source as string | null)?.length)).toEqual([undefined, 200]);
  });

  test('figures that cannot be kept undo nothing else of the upkeep, which tells', async () => {
    await store.addLead({ email: 'ada@example.com' });
    await store.sql.query('update lead_sync.settings set keep_data_quality = true');
    await store.sql.query(`update lead_sync.lead_states set changed_at = '{"email": "soon"}'`);
    const told = async (): Promise<Json | undefined> =>
      (await store.rpc<{ checks: Json[] }>('check_sync_integrity')).checks.find(
        ({ check }) => check === 'data_quality',
      );

    expect(await store.rpc('run_sync_maintenance', { p_cleanup: true })).toMatchObject({
      cleanup: { runs: 0 },
      data_quality: { problem: expect.stringContaining('"soon" (22007)') as string },
    });
    expect(await told()).toMatchObject({ ok: false, message: expect.stringContaining('"soon" (22007)') as string });

    await store.sql.query(`update lead_sync.lead_states set changed_at = '{}'`);
    await store.rpc('run_sync_maintenance');
    expect(await told()).toBeUndefined();
  });

  test('months are kept once each, only where the settings want it', async () => {
    await store.addLead({ email: 'ada@example.com' });
    const trend = async () =>
      (await store.rpc<{ trend: Json[] }>('get_data_quality', { p_now: '2026-03-05T00:00:00Z' })).trend;
    await upkeep('2026-01-05T00:00:00Z');
    expect(await trend()).toEqual([]);

    await store.sql.query('update lead_sync.settings set keep_data_quality = true');
    await upkeep('2026-02-05T00:00:00Z');
    await store.sql.query(`update public.leads set email = null, phone = '+33612345678'`);
    await upkeep('2026-02-06T00:00:00Z');
    await upkeep('2026-03-05T00:00:00Z');

    expect((await trend()).filter(({ field }) => field === 'email')).toMatchObject([
      { month: '2026-02', filled_percent: 100 },
      { month: '2026-03', filled_percent: 0 },
    ]);
  });
});
