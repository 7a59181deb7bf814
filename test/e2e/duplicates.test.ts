import type { IDataObject } from 'n8n-workflow';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { NODE_UNDER_TEST, oneNodeWorkflow } from '../workflows/one-node-workflow';
import { RunningStack } from './support/running-stack';

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open();
});
afterAll(() => stack.close());

/** What a node of this package gives for some items, as a step of somebody's own workflow. */
async function step(type: string, parameters: IDataObject, items: IDataObject[] = [{}]): Promise<IDataObject[]> {
  const { id, name, nodes, connections } = oneNodeWorkflow({ type, parameters, onError: 'stopWorkflow', items });
  await stack.n8n.importWorkflows([{ id, name, nodes, connections }]);
  const { status, data } = await stack.n8n.runWorkflow(id);
  expect([status, data?.resultData.error?.message]).toEqual(['success', undefined]);
  return (data?.resultData.runData[NODE_UNDER_TEST][0].data?.main?.[0] ?? []).map(({ json }) => json as IDataObject);
}

const duplicates = (operation: string, items?: IDataObject[]) =>
  step('supabaseLeads', { resource: 'duplicate', operation, decidedBy: 'Ada' }, items);

/** The nightly maintenance, which looks for duplicates where that is wanted. */
async function search(): Promise<void> {
  const { id } = (await bundledWorkflows()).get('lead-sync-maintenance')!;
  expect(await stack.runWorkflow(id)).toMatchObject({ status: 'success' });
}

test('possible duplicates are found at night, dismissed, merged in Supabase and in Twenty, and parted again', async () => {
  await stack.addPeople(
    ...['ada@example.com', 'ada+shop@example.com', 'bob@example.com', 'bob+home@example.com'].map((primaryEmail) => ({
      name: { firstName: primaryEmail.slice(0, 3) },
      emails: { primaryEmail },
    })),
  );
  await stack.run('pull');
  await stack.database.query('update lead_sync.settings set find_duplicates = true');
  await search();
  const pairs = await duplicates('getMany');
  const pairOf = (name: string) => pairs.filter(({ a }) => (a as IDataObject).first_name === name);
  expect(pairs).toHaveLength(2);

  expect(await duplicates('dismiss', pairOf('bob'))).toMatchObject([{ decided: 'not_duplicate', decided_by: 'Ada' }]);
  const [merge] = await step('leadSync', { operation: 'mergeDuplicate', decidedBy: 'Ada' }, pairOf('ada'));

  expect(merge).toMatchObject({ step: 'joined', waits: false, problem: null });
  expect([...(await stack.people()).keys()].filter((email) => email.startsWith('ada'))).toHaveLength(1);
  await search();
  expect(await duplicates('getMany')).toEqual([]);

  const [undone] = await duplicates('undo', [{ id: merge.id }]);

  expect(undone).toMatchObject({ step: 'undone', lead_id: merge.drop_id });
  expect((await stack.run('push')).status).toBe('success');
  expect([...(await stack.people()).keys()].sort()).toEqual([
    'ada+shop@example.com',
    'ada@example.com',
    'bob+home@example.com',
    'bob@example.com',
  ]);
});
