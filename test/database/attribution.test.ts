import fc from 'fast-check';
import { check } from '../lead/property';
import { Revenue, type RevenueRow } from './revenue';
import { DEALS, LEADS, TOUCHES, WON_EUR } from './revenue-golden';
import { useStore } from './store';

const MODELS = ['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay'];
const FIGURES = ['won_amount', 'open_amount', 'won', 'open', 'lost'] as const;

const at = (day: string): string => `${day}T00:00:00Z`;
const of = (rows: RevenueRow[], currency: string): RevenueRow[] => rows.filter((row) => row.currency === currency);

describe('revenue by touch, of a set worked out by hand', () => {
  const store = useStore('once');
  const revenue = new Revenue(store);
  beforeAll(async () => {
    await revenue.stages();
    const ids: Record<string, string> = {};
    for (const [letter, source] of Object.entries(LEADS)) ids[letter] = await revenue.lead({ lead_source: source });
    for (const { lead, source, campaign, day } of TOUCHES)
      await revenue.touch(ids[lead], source, at(day), { campaign });
    for (const { lead, day, won, ...deal } of DEALS) {
      const close_date = won === undefined ? null : at(won);
      await revenue.deal({ ...deal, lead_id: lead === null ? null : ids[lead], created_at: at(day), close_date });
    }
  });

  test.each(MODELS)('%s', async (p_model) => {
    const { rows, totals } = await revenue.report({ p_model });

    const won = of(rows, 'EUR').filter((row) => row.won > 0);
    expect(won.map((row) => [row.key, row.won_amount, row.won])).toEqual(WON_EUR[p_model]);
    expect(totals).toMatchObject([
      { currency: 'EUR', won_amount: 180, won: 3, open: 1, open_amount: 5, lost: 1, win_percent: 75 },
      { currency: 'USD', won_amount: 0, won: 0, open: 1, open_amount: 30.5, lost: 0, win_percent: null },
    ]);
  });

  test('a lead without touches counts as its source, one without any as unknown', async () => {
    const { rows } = await revenue.report({ p_model: 'first_touch' });

    expect(rows).toContainEqual(expect.objectContaining({ key: 'referral', lost: 1, won: 0, win_percent: 0 }));
    expect(rows).toContainEqual(expect.objectContaining({ key: null, currency: 'EUR', open: 1, open_amount: 5 }));
  });

  test('days from touch to won are the mean of the touches that share the deal', async () => {
    const { rows } = await revenue.report({ p_model: 'linear' });

    // a third of 21 days and half of 7
    expect(of(rows, 'EUR').find(({ key }) => key === 'meta')).toMatchObject({ days_to_won: 12.6 });
    expect(of(rows, 'EUR').find(({ key }) => key === null)).toMatchObject({ days_to_won: null });
  });

  test('by campaign, what names none is unknown', async () => {
    const { rows } = await revenue.report({ p_model: 'last_touch', p_by: 'campaign' });

    expect(of(rows, 'EUR').map(({ key, won_amount }) => [key, won_amount])).toEqual([
      [null, 110],
      ['Spring', 70],
    ]);
  });

  test('by month it is the touch’s', async () => {
    await store.sql.query(`set time zone 'Pacific/Auckland'`);
    const { rows } = await revenue.report({ p_model: 'first_touch', p_by: 'month' });

    expect(of(rows, 'USD').map(({ key, open_amount }) => [key, open_amount])).toEqual([['2026-03', 30.5]]);
  });

  test('a longer half-life evens touches out', async () => {
    const { rows } = await revenue.report({ p_model: 'time_decay', p_half_life_days: 3650 });

    expect(of(rows, 'EUR').find(({ key }) => key === 'google')).toMatchObject({ won_amount: 33.34 });
  });

  test('a half-life of minutes leaves all to the last touch', async () => {
    const { rows } = await revenue.report({ p_model: 'time_decay', p_half_life_days: 0.01 });

    expect(of(rows, 'EUR').find(({ key }) => key === 'web-form')).toMatchObject({ won_amount: 100.01 });
  });

  test('of a period, the deals that were made in it', async () => {
    const { deals } = await revenue.report({ p_from: at('2026-03-17'), p_to: at('2026-03-20') });

    expect(deals).toBe(1);
  });
});

describe('revenue by touch', () => {
  const store = useStore();
  const revenue = new Revenue(store);
  beforeEach(() => revenue.stages());

  test('any deals and touches add up to their totals, to the cent, by every model', async () => {
    const source = fc.constantFrom('meta', 'google', 'web', 'phone');
    const day = fc.integer({ min: 0, max: 40 });
    const amount = fc.oneof(
      fc.integer({ min: -100_000, max: 10_000_000 }).map((cents) => cents / 100),
      fc.integer({ min: 0, max: 999_999 }).map((micros) => micros / 1e6),
      fc.constant(null),
    );
    const leads = fc.array(fc.array(fc.tuple(source, day), { maxLength: 7 }), { minLength: 1, maxLength: 4 });
    const deal = fc.record({
      lead: fc.integer({ min: -1, max: 3 }),
      amount,
      day,
      currency: fc.constantFrom('EUR', 'USD', null),
      stage: fc.constantFrom('NEW', 'WON', 'LOST', 'REMOVED'),
    });
    const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString();

    await check(
      fc.asyncProperty(
        leads,
        fc.array(deal, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...MODELS),
        async (paths, deals, p_model) => {
          await store.sql.query('truncate public.opportunities, public.lead_touches, public.leads cascade');
          const ids: string[] = [];
          for (const path of paths) {
            const id = await revenue.lead({ lead_source: 'web' });
            ids.push(id);
            for (const [name, n] of path) await revenue.touch(id, name, dayOf(n));
          }
          for (const { lead, day: made, ...values } of deals) {
            await revenue.deal({ ...values, lead_id: ids[lead] ?? null, created_at: dayOf(made) });
          }

          const { totals, rows } = await revenue.report({ p_model });

          const [exact] = await store.rows(
            `select coalesce(sum(amount) filter (where stage = 'WON'), 0)::text as won, count(*)::integer as deals from public.opportunities`,
          );
          const [summed] = await store.rows(
            `select sum((t ->> 'won_amount')::numeric) = $2::numeric as same, sum((t ->> 'won')::numeric + (t ->> 'open')::numeric + (t ->> 'lost')::numeric) = $3 as all
           from jsonb_array_elements($1) as t`,
            [JSON.stringify(totals), exact.won, exact.deals],
          );
          expect(summed).toEqual({ same: true, all: true });
          for (const figure of FIGURES) {
            const [{ differing }] = await store.rows(
              `select count(*)::integer as differing
             from jsonb_array_elements($1) as t
             where (t ->> $3)::numeric <> (
               select sum((r ->> $3)::numeric) from jsonb_array_elements($2) as r where r -> 'currency' = t -> 'currency'
             )`,
              [JSON.stringify(totals), JSON.stringify(rows), figure],
            );
            expect([figure, differing]).toEqual([figure, 0]);
          }
        },
      ),
      60,
    );
  }, 120_000);

  test('parts of a huge amount that were rounded up add up to it, too', async () => {
    const lead = await revenue.lead();
    for (let n = 0; n < 40; n += 1) {
      await revenue.touch(
        lead,
        'meta,google,web'.split(',')[n % 3],
        new Date(Date.UTC(2026, 0, 1) + n * n * 1e6).toISOString(),
      );
    }
    for (const amount of ['86673307038.95', '75538335094648.89', '123456789012345.67']) {
      await store.sql.query('delete from public.opportunities');
      await revenue.deal({ lead_id: lead, amount, currency: 'VND', stage: 'WON', created_at: at('2026-02-01') });

      for (const p_half_life_days of [3, 5, 7, 9, 11, 13]) {
        const [{ sum }] = await store.rows(
          `select sum((r ->> 'won_amount')::numeric)::text as sum
           from jsonb_array_elements(public.attribute_revenue('time_decay', p_half_life_days => $1) -> 'rows') as r`,
          [p_half_life_days],
        );
        expect([p_half_life_days, sum]).toEqual([p_half_life_days, amount]);
      }
    }
  });

  test('amounts come into a base currency by the newest rate of their day, none of a day to come; those without stay as they are', async () => {
    const rate = (day: string, value: string) =>
      revenue.insert('exchange_rates', { currency: 'USD', base: 'EUR', day, rate: value, source: 'ECB' });
    await rate('2026-01-01', '0.5');
    await rate('2026-02-01', '0.8');
    const won = { stage: 'WON', created_at: at('2026-01-01') };
    await revenue.deal({ ...won, amount: '10.01', currency: 'USD', close_date: at('2026-01-31') });
    await revenue.deal({ ...won, amount: '10', currency: 'USD', close_date: at('2026-02-03') });
    await revenue.deal({ ...won, amount: '3', currency: 'EUR' });
    await revenue.deal({ ...won, amount: '7', currency: 'JPY' });

    const { totals } = await revenue.report({ p_currency: 'EUR' });

    expect(totals.map(({ currency, won_amount }) => [currency, won_amount])).toEqual([
      ['EUR', 16.01],
      ['JPY', 7],
    ]);
  });

  test('costs give the cost of a lead and what came back', async () => {
    const ada = await revenue.lead({ created_at: at('2026-01-02') });
    const bob = await revenue.lead({ created_at: at('2026-01-03') });
    await revenue.touch(ada, 'meta', at('2026-01-02'), { campaign: 'Spring' });
    await revenue.touch(bob, 'meta', at('2026-01-03'), { campaign: 'Spring' });
    await revenue.touch(bob, 'google', at('2026-01-04'));
    await revenue.deal({ lead_id: bob, amount: '300', stage: 'WON', created_at: at('2026-01-05') });

    const answer = await store.rpc('load_campaign_costs', {
      p_csv:
        'day,source,campaign,ad,currency,amount\n2026-01-02,meta,Spring,,eur,40\n2026-01-02,meta,"Spring",,EUR,"10.50"\n2026-01-09,tv,,,EUR,9',
    });

    expect(answer).toEqual({ loaded: 3, rejected: [] });
    const { rows } = await revenue.report({ p_model: 'first_touch' });
    expect(rows).toMatchObject([
      { key: 'meta', cost: 50.5, leads: 2, cost_per_lead: 25.25, return: 5.94 },
      { key: 'tv', cost: 9, leads: 0, cost_per_lead: null, return: 0, won: 0 },
    ]);
    const byCampaign = await revenue.report({ p_model: 'first_touch', p_by: 'campaign' });
    expect(byCampaign.rows[0]).toMatchObject({ key: 'Spring', cost: 50.5, leads: 2 });
    expect((await revenue.report({ p_by: 'owner' })).rows[0]).toMatchObject({ cost: null, leads: null });
  });

  test('a call that we made brought nothing, one that somebody made to us did', async () => {
    const call = async (medium: string): Promise<string> => {
      const lead = await revenue.lead({ lead_source: 'referral' });
      await revenue.touch(lead, 'phone', at('2026-01-02'), { kind: 'call', medium });
      return lead;
    };
    const [ada, ben, cy] = [await call('Outgoing'), await call('outbound'), await call('Incoming')];
    await revenue.touch(ada, 'meta', at('2026-01-03'), { medium: 'outdoor' });
    for (const lead_id of [ada, ben, cy]) {
      await revenue.deal({ lead_id, amount: '10', stage: 'WON', created_at: at('2026-01-05') });
    }
    await store.rpc('load_campaign_costs', {
      p_csv: 'day,source,campaign,ad,currency,amount\n2026-01-01,phone,,,EUR,5\n2026-01-01,meta,,,EUR,5',
    });

    for (const p_model of MODELS) {
      const { rows } = await revenue.report({ p_model });
      expect(rows.map(({ key, won, leads }) => [key, won, leads])).toEqual([
        ['meta', 1, 1],
        ['phone', 1, 1],
        ['referral', 1, null],
      ]);
    }
  });

  test('a day’s costs count to the period in which most of it lies, in any time zone', async () => {
    await store.rpc('load_campaign_costs', {
      p_csv:
        'day,source,campaign,ad,currency,amount\n2026-02-28,tv,,,EUR,1\n2026-03-01,tv,,,EUR,10\n2026-03-31,tv,,,EUR,100\n2026-04-01,tv,,,EUR,1000',
    });

    for (const [p_from, p_to] of [
      ['2026-03-01T00:00:00+05:30', '2026-04-01T00:00:00+05:30'],
      ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
      ['2026-03-01T00:00:00-05:00', '2026-04-01T00:00:00-04:00'],
    ]) {
      expect((await revenue.report({ p_from, p_to })).rows).toMatchObject([{ key: 'tv', cost: 110 }]);
    }
  });

  test('of a file of costs, bad lines are told and the others land', async () => {
    const answer = await store.rpc('load_campaign_costs', {
      p_csv: [
        'day,source,campaign,ad,currency,amount',
        '2026-02-30,meta,,,EUR,1',
        '31.01.2026,meta,,,EUR,1',
        '2026-01-31,,,,EUR,1',
        '2026-01-31,meta,,,euro,1',
        '2026-01-31,meta,,,EUR,"1,50"',
        '2026-01-31,meta,,EUR,1',
        '2026-01-31,meta,,,EUR,-1',
        '2026-01-31,meta,TV 55" promo,,EUR,500',
        '2026-01-31,meta,"TV 55" promo,,EUR,500',
        '2026-01-31,meta,"A, B",,EUR,1.50',
        '2026-01-31,meta, "TV 55"" promo" ,,EUR,2',
      ].join('\r\n'),
    });

    expect(answer.loaded).toBe(2);
    const rejected = answer.rejected as Array<{ line: number; reason: string }>;
    expect(rejected.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rejected[8].reason).toMatch(/^has a double quote within a value: put the value in double quotes/);
    expect(await store.rows('select campaign from public.campaign_costs order by amount')).toEqual([
      { campaign: 'A, B' },
      { campaign: 'TV 55" promo' },
    ]);
    await expect(store.rpc('load_campaign_costs', { p_csv: 'date;cost' })).rejects.toThrow('The first line must be');
  });

  test('what cannot be meant is refused with what can', async () => {
    const refused = (args: Record<string, unknown>) => expect(revenue.report(args)).rejects;
    await refused({ p_model: 'best' }).toThrow('p_model must be first_touch');
    await refused({ p_by: 'colour' }).toThrow('p_by must be source');
    await refused({ p_currency: 'euro' }).toThrow('p_currency must be a code');
    await refused({ p_half_life_days: 0 }).toThrow('p_half_life_days must be between');
    expect(await revenue.report()).toMatchObject({ deals: 0, totals: [], rows: [] });
  });
});
