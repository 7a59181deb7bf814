import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTrigger } from '../../../nodes/LeadSync/LeadSyncTrigger.node';
import { useStore } from '../../database/store';
import { executeFunctions } from '../../setup/execute-functions';

const store = useStore();

/** Static data as n8n keeps it between polls. */
let memory: IDataObject;
beforeEach(() => {
  memory = {};
});

/** A poll of the workflow, or a click on Fetch Test Event. */
async function poll(parameters: IDataObject, mode: 'trigger' | 'manual' = 'trigger'): Promise<IDataObject[] | null> {
  const { context } = executeFunctions({
    mode,
    credentials: {
      leadSyncSupabaseApi: {
        type: new LeadSyncSupabaseApi(),
        data: { host: process.env.TEST_SUPABASE_URL ?? '', serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '' },
      },
    },
  });
  const polling = {
    ...context,
    getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
    getWorkflowStaticData: () => memory,
  };
  const output = await new LeadSyncTrigger().poll.call(polling as unknown as IPollFunctions);
  return output?.[0].map(({ json }) => json) ?? null;
}

test('Lead Sync Trigger gives what happened since, each event once, and goes on after downtime', async () => {
  const wants = { events: ['created', 'changed'], fieldNames: 'city' };
  expect(await poll(wants)).toBeNull();
  const id = await store.addLead({ email: 'a@example.com' });
  await store.editLead(id, { job_title: 'Chair' });
  await store.editLead(id, { city: 'Oslo' });

  expect(await poll(wants)).toMatchObject([
    { event: 'created', lead_id: id, lead: { email: 'a@example.com' } },
    { event: 'changed', lead_id: id, fields: ['city'] },
  ]);
  expect(await poll(wants)).toBeNull();
});

test('what a crash took comes again', async () => {
  const wants = { events: ['created'] };
  await poll(wants);
  await store.addLead({ email: 'a@example.com' });
  const before = { ...memory };
  expect(await poll(wants)).toHaveLength(1);

  memory = before; // n8n ended before it kept it

  expect(await poll(wants)).toHaveLength(1);
});

test('an execution has as many events as the panel says, and the next one the rest', async () => {
  const wants = { events: ['created'], options: { maxEvents: 2 } };
  await poll(wants);
  for (const name of ['a', 'b', 'c']) await store.addLead({ email: `${name}@example.com` });

  expect(await poll(wants)).toHaveLength(2);
  expect(await poll(wants)).toHaveLength(1);
});

test('a test event is one that happened, and takes nothing from the workflow', async () => {
  const wants = { events: ['created'] };
  await poll(wants);
  await expect(poll(wants, 'manual')).rejects.toThrow(/Nothing of this has happened to a lead yet.*change a lead/);
  for (const name of ['a', 'b']) await store.addLead({ email: `${name}@example.com` });

  expect(await poll(wants, 'manual')).toHaveLength(1);
  expect(await poll(wants)).toHaveLength(2);
});

test('a test event is the newest of those that the panel names by now', async () => {
  await expect(poll({ events: ['created', 'changed'] }, 'manual')).rejects.toThrow();
  const id = await store.addLead({ email: 'a@example.com', lead_score: 10 });
  await store.editLead(id, { lead_score: 90 });
  await expect(poll({ events: ['score_crossed'] }, 'manual')).rejects.toThrow('Nothing of this');
  for (const lead_score of [20, 80]) await store.editLead(id, { lead_score });

  expect(await poll({ events: ['score_crossed'] }, 'manual')).toMatchObject([{ score: 80, direction: 'up' }]);
});

test('an error says what to do', async () => {
  await expect(poll({ events: [] })).rejects.toThrow(/p_events names no events/);
});
