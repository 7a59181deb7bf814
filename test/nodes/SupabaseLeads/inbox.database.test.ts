import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../../setup/database';
import { runNode, type NodeRun } from './run-node';

const environment = (name: string): string => process.env[name] ?? '';
const ADA = '5e0e5a3c-0000-4000-8000-000000000001';
const GRACE = '5e0e5a3c-0000-4000-8000-000000000002';

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(() => resetDatabase(sql));
afterAll(() => sql.end());

const run = (parameters: IDataObject, options: Partial<NodeRun> = {}) =>
  runNode({
    host: environment('TEST_SUPABASE_URL'),
    serviceKey: environment('TEST_SUPABASE_SERVICE_KEY'),
    parameters: { resource: 'inbox', ...parameters },
    node: { parameters: parameters as INodeParameters },
    ...options,
  });

const add = { operation: 'add', input: 'items', object: '={{ $json.object }}', recordId: '={{ $json.record_id }}' };

test('all events go in one call, and one item says what became of them', async () => {
  const items = await run(add, {
    items: [
      { object: 'person', record_id: ADA, action: 'created' },
      { object: 'person', record_id: ADA, action: 'updated' },
      { object: 'person', record_id: GRACE, action: 'destroyed' },
      { object: 'note', record_id: GRACE, action: 'created' },
      { object: 'person' },
    ],
  });

  expect(items).toEqual([
    {
      json: { added: 2, coalesced: 1, ignored: 2, waiting: 2 },
      pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }, { item: 4 }],
    },
  ]);
});

test('an item can be a batch of events, however long', async () => {
  const events = Array.from({ length: 10_001 }, (_, n) => ({
    object: n % 2 === 0 ? 'person' : 'note',
    record_id: `5e0e5a3c-0000-4000-8000-${String(n).padStart(12, '0')}`,
  }));

  const items = await run({ operation: 'add', input: 'batch', events }, { items: [{}] });

  expect(items.map(({ json }) => json)).toEqual([{ added: 5001, coalesced: 0, ignored: 5000, waiting: 5001 }]);
});

test('what was added is claimed under the run of a drain', async () => {
  await run(add, { items: [{ object: 'person', record_id: ADA }] });
  const [{ json: started }] = await run({
    resource: 'syncRun',
    operation: 'start',
    direction: 'twenty_to_supabase',
    mode: 'inbox',
    trigger: 'webhook',
    startOptions: '',
  });

  const [{ json: claimed }] = await run({ operation: 'claim', run: started.run as IDataObject, limit: 200 });

  expect(claimed).toMatchObject({ claimed: 1, remaining: 0, leads: [{ twenty_id: ADA }] });
});

test('a claim without a run fails with what to do', async () => {
  await expect(run({ operation: 'claim', run: '', limit: 200 })).rejects.toThrow('must be the run of a drain');
});
