import { person, useStore } from '../../database/store';
import { runNode, type NodeRun } from './run-node';

const store = useStore();

const run = (operation: string, parameters: Record<string, unknown>, options: Partial<NodeRun> = {}) =>
  runNode({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters: { resource: 'approval', operation, decidedBy: 'Ada', ...parameters },
    ...options,
  });

test('Get Many gives an item for each approval, which Decide takes; a bad one says why', async () => {
  const people = [person(), person()];
  await store.pull(people);
  await store.sql.query('update lead_sync.settings set approve_deletions = 0');
  await store.pull(people.map((one) => ({ ...one, twenty_deleted_at: '2026-01-03T00:00:00.000Z' })));

  const [waiting, ...others] = await run('getMany', { approvalStatus: 'open' });
  expect(others).toEqual([]);
  expect(waiting.json).toMatchObject({ kind: 'deletions', side: 'supabase', leads: 2 });

  const [decided, refused, unknown] = await run(
    'decide',
    { approvalId: (index: number) => [waiting.json.id, 'all', '999'][index], answer: 'yes' },
    { items: [{}, {}, {}], continueOnFail: true },
  );
  expect(decided.json).toMatchObject({ decision: 'yes', leads: 2, left: 0 });
  expect(refused.json.error).toMatch(/^"all" is not the ID of an approval/);
  expect(unknown.json.error).toMatch(/There is no approval 999/);
  expect(await store.rows('select from public.leads where deleted_at is null')).toEqual([]);
  expect((await run('getMany', { approvalStatus: 'decided' }))[0].json).toMatchObject({ decided_by: 'Ada' });
});
