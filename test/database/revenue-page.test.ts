import { Revenue } from './revenue';
import { useStore, type DoorAnswer, type Json } from './store';

const store = useStore();
const revenue = new Revenue(store);

const shown = async (now: string): Promise<Json | null> =>
  (await store.rpc<{ revenue: Json | null }>('get_revenue', { p_now: now })).revenue;

test('nothing is shown of revenue before there is a deal', async () => {
  expect(await shown('2026-06-01')).toBeNull();
});

test('open deals stand by stage and currency, what was won by month and first source', async () => {
  await revenue.stages();
  const ada = await revenue.lead();
  await revenue.touch(ada, 'meta', '2026-04-01');
  await revenue.touch(ada, 'web-form', '2026-04-02');
  const won = { lead_id: ada, stage: 'WON', created_at: '2026-04-05' };
  await revenue.deal({ ...won, amount: '10.50', close_date: '2026-05-10' });
  await revenue.deal({ ...won, amount: '5', close_date: '2025-05-31' });
  await revenue.deal({ amount: '7', stage: 'PROPOSAL' });
  await revenue.deal({ amount: '3', stage: 'PROPOSAL', currency: 'USD' });
  await revenue.deal({ amount: null, stage: 'ELSE' });
  await revenue.deal({ amount: '4', stage: 'PROPOSAL', deleted_at: '2026-05-01' });

  expect(await shown('2026-06-01')).toMatchObject({
    pipeline: [
      { stage: 'PROPOSAL', label: 'Proposal', currency: 'EUR', deals: 1, amount: 7 },
      { stage: 'PROPOSAL', label: 'Proposal', currency: 'USD', deals: 1, amount: 3 },
      { stage: 'ELSE', label: null, currency: 'EUR', deals: 1, amount: 0 },
    ],
    won: [{ month: '2026-05', source: 'meta', currency: 'EUR', deals: 1, amount: 10.5 }],
  });
});

test('a call that we made is neither what brought a deal nor where its way began', async () => {
  await revenue.stages();
  const [ada, ben] = [await revenue.lead({ created_at: '2026-03-01' }), await revenue.lead()];
  for (const lead of [ada, ben]) {
    await revenue.touch(lead, 'phone', '2026-04-01', { kind: 'call', medium: 'Outgoing' });
  }
  await revenue.touch(ada, 'meta', '2026-04-03');
  await revenue.deal({ lead_id: ada, stage: 'WON', amount: '1', created_at: '2026-04-05', close_date: '2026-05-10' });

  const page = await shown('2026-06-01');

  expect(page?.won).toMatchObject([{ source: 'meta' }]);
  expect(page?.funnel).toMatchObject([
    { step: 'touch', leads: 1 },
    { step: 'lead', leads: 2 },
    { step: 'qualified', days: 2 },
    { step: 'opportunity', days: 2 },
    { step: 'won', days: 37 },
  ]);
});

test('a lead that came of a call that we made was brought by nobody', async () => {
  await revenue.stages();
  const touch = { external_id: '1', kind: 'call', medium: 'Outgoing' };
  const { results } = await store.rpc<DoorAnswer>('upsert_leads', {
    p_source: 'knowlarity',
    p_leads: [{ phone: '+919800000001', touch }],
  });
  const lead_id = String(results[0].lead_id);
  expect(await store.lead(lead_id)).toMatchObject({ lead_source: 'knowlarity' });
  await revenue.deal({ lead_id, stage: 'WON', amount: '1', close_date: '2026-05-10' });
  await store.rpc('load_campaign_costs', {
    p_csv: 'day,source,campaign,ad,currency,amount\n2026-05-01,knowlarity,,,EUR,5',
  });

  expect((await shown('2026-06-01'))?.won).toMatchObject([{ source: null, deals: 1 }]);
  expect((await revenue.report()).rows).toMatchObject([
    { key: null, won: 1 },
    { key: 'knowlarity', won: 0, leads: 0 },
  ]);
});

test('the twelve months are those of UTC, whatever the time zone of the database', async () => {
  await revenue.stages();
  await revenue.deal({ stage: 'WON', amount: '1', created_at: '2025-03-01', close_date: '2025-03-31T23:59:59Z' });
  await revenue.deal({ stage: 'WON', amount: '2', created_at: '2025-03-01', close_date: '2025-04-01T00:00:00Z' });

  for (const zone of ['America/New_York', 'Pacific/Auckland', 'UTC']) {
    await store.sql.query(`set time zone '${zone}'`);
    const [{ months }] = await store.rows(`select lead_sync.won_by_month('2026-03-10T00:00:00Z') as months`);
    expect(months).toMatchObject([{ month: '2025-04', amount: 2 }]);
  }
});

describe('a deal was won', () => {
  const wonAt = async (id: string): Promise<unknown> =>
    (await store.rows('select won_at from lead_sync.deals where id = $1', [id]))[0].won_at;
  const move = (id: string, from: string | null, to: string, at: string): Promise<unknown> =>
    revenue.insert('opportunity_stages', { opportunity_id: id, from_stage: from, to_stage: to, moved_at: at });
  const made = async (values: Json): Promise<string> => {
    const id = await revenue.deal({ stage: 'WON', created_at: '2026-01-01', ...values });
    await store.sql.query('delete from public.opportunity_stages');
    return id;
  };
  beforeEach(async () => {
    await revenue.stages();
    await store.sql.query(`insert into public.sales_stages (stage, outcome) values ('ONBOARDED', 'won')`);
  });

  test('when it last came from another outcome: moves between won stages change nothing', async () => {
    const id = await made({ stage: 'ONBOARDED', close_date: '2026-03-01' });
    await move(id, 'NEW', 'WON', '2026-01-10T00:00:00Z');
    await move(id, 'WON', 'LOST', '2026-01-11T00:00:00Z');
    await move(id, 'LOST', 'WON', '2026-01-12T00:00:00Z');
    await move(id, 'WON', 'ONBOARDED', '2026-02-20T00:00:00Z');

    expect(await wonAt(id)).toEqual(new Date('2026-01-12T00:00:00Z'));
  });

  test('when it got a won stage, where it was made without any', async () => {
    const id = await revenue.deal({ stage: null, created_at: '2026-01-01', close_date: '2026-12-31' });
    await store.sql.query(`update public.opportunities set stage = 'WON' where id = $1`, [id]);

    const [moved] = await store.rows('select moved_at from public.opportunity_stages where opportunity_id = $1', [id]);
    expect(await wonAt(id)).toEqual(moved.moved_at);
  });

  test('when it was made as won, as a checkout does, unless it says when', async () => {
    const [sold, dated] = [await made({}), await made({ close_date: '2025-12-24T00:00:00Z' })];
    await move(sold, null, 'WON', '2026-01-01T00:00:01Z');
    await move(dated, null, 'WON', '2026-01-01T00:00:01Z');

    expect([await wonAt(sold), await wonAt(dated)]).toEqual([
      new Date('2026-01-01T00:00:01Z'),
      new Date('2025-12-24T00:00:00Z'),
    ]);
  });

  test('nobody knows when, where a first read found it so', async () => {
    const id = await made({});
    await move(id, null, 'WON', '2026-02-01T00:00:00Z');

    expect(await wonAt(id)).toBeNull();
  });
});

test('the way from touch to won is counted in leads and middle days', async () => {
  await revenue.stages();
  const [ada, ben, cy] = [
    await revenue.lead({ created_at: '2026-01-01' }),
    await revenue.lead({ lead_status: 'new', created_at: '2026-01-01' }),
    await revenue.lead({ created_at: '2026-01-01' }),
  ];
  await revenue.touch(ada, 'meta', '2026-01-03');
  await revenue.touch(ada, 'google', '2026-01-09');
  await revenue.deal({ lead_id: ada, stage: 'WON', created_at: '2026-01-13', close_date: '2026-02-02' });
  await revenue.deal({ lead_id: cy, stage: 'NEW', created_at: '2026-01-05' });
  await revenue.deal({ stage: 'WON', created_at: '2026-01-05' });
  await store.sql.query(`update public.leads set lead_status = ' Qualified ' where id = $1`, [ben]);
  await store.sql.query(`update lead_sync.qualified_leads set qualified_at = '2026-01-22' where lead_id = $1`, [ben]);
  await store.sql.query(`update public.leads set lead_status = 'customer' where id = $1`, [ben]);

  expect((await shown('2026-06-01'))?.funnel).toEqual([
    { step: 'touch', leads: 1, days: null },
    { step: 'lead', leads: 3, days: null },
    { step: 'qualified', leads: 3, days: 10 },
    { step: 'opportunity', leads: 2, days: 7 },
    { step: 'won', leads: 1, days: 30 },
  ]);
});

test('a lead that comes in qualified is so from then on, but for one of Twenty, of which nobody knows since when', async () => {
  const id = await store.addLead({ lead_status: 'SQL' });
  await store.linked({ lead_status: 'qualified' });
  await store.addLead({ lead_status: 'new' });
  expect(
    await store.rows(
      "select lead_id, qualified_at > now() - interval '1 minute' as now from lead_sync.qualified_leads",
    ),
  ).toEqual([{ lead_id: id, now: true }]);
});

test('a lead that takes in another one has been qualified since the first of them was', async () => {
  const [kept, dropped] = [
    await store.addLead({ email: 'ada@example.com' }),
    await store.addLead({ lead_status: 'SQL' }),
  ];
  await store.sql.query(`update lead_sync.qualified_leads set qualified_at = '2026-01-05'`);
  await store.rpc('merge_leads', { p_keep: kept, p_drop: dropped });
  expect(
    await store.rows(`select qualified_at = '2026-01-05' as first from lead_sync.qualified_leads where lead_id = $1`, [
      kept,
    ]),
  ).toEqual([{ first: true }]);
});
