import type { IDataObject } from 'n8n-workflow';
import { startPostgrest, type PostgrestServer } from './postgrest-server';
import { runNode } from './run-node';

let server: PostgrestServer;

beforeAll(async () => {
  server = await startPostgrest(({ name }) => ({ json: { called: name } }));
});
beforeEach(() => {
  server.calls.length = 0;
});
afterAll(() => server.close());

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const BETWEEN = { p_from: '2026-01-01T00:00:00.000Z', p_to: '2026-04-01T00:00:00.000Z' };

test.each<[string, IDataObject, string, IDataObject]>([
  [
    'Attribute',
    { operation: 'attribute', model: 'linear', by: 'source', from: '', to: '', options: {} },
    'attribute_revenue',
    { p_model: 'linear', p_by: 'source', p_half_life_days: 7 },
  ],
  [
    'Attribute of a period in one currency',
    {
      operation: 'attribute',
      model: 'time_decay',
      by: 'month',
      ...PERIOD,
      options: { currency: ' eur', halfLife: 14 },
    },
    'attribute_revenue',
    { p_model: 'time_decay', p_by: 'month', ...BETWEEN, p_currency: 'EUR', p_half_life_days: 14 },
  ],
  ['Get Score Quality', { operation: 'getScoreQuality', ...PERIOD }, 'get_score_quality', BETWEEN],
  ['Draft Suggested Points', { operation: 'draftPoints', from: '', to: '' }, 'draft_suggested_points', {}],
  [
    'Get Data Quality',
    { operation: 'getDataQuality', sample: 100, months: 6 },
    'get_data_quality',
    { p_sample: 100, p_months: 6 },
  ],
  [
    'Load Costs',
    { operation: 'loadCosts', csv: 'day,source,campaign,ad,currency,amount' },
    'load_campaign_costs',
    { p_csv: 'day,source,campaign,ad,currency,amount' },
  ],
])('%s calls its function and returns its answer', async (_name, parameters, name, args) => {
  const items = await runNode({ host: server.url, parameters: { resource: 'revenue', ...parameters } });

  expect(server.calls.map((call) => [call.name, call.args])).toEqual([[name, args]]);
  expect(items).toMatchObject([{ json: { called: name }, pairedItem: { item: 0 } }]);
});
