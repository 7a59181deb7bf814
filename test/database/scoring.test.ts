import { Scoring } from './scoring';
import { dayAgo, GOLDEN, OLD } from './scoring-golden';
import { useStore, type Json } from './store';

describe('lead scores', () => {
  const store = useStore();
  const { insert, numbers, publish, rule } = new Scoring(store);

  async function onlyRule(values: Json): Promise<void> {
    await store.sql.query('delete from public.lead_scoring_rules');
    await rule({ rule_key: 'only', points: 10, ...values });
  }

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
});
