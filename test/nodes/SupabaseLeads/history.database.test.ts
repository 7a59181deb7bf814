import { useStore } from '../../database/store';
import { runNode, type NodeRun } from './run-node';

const store = useStore();

const run = (operation: string, parameters: Record<string, unknown>, options: Partial<NodeRun> = {}) =>
  runNode({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters: { resource: 'history', operation, ...parameters },
    ...options,
  });

/** A lead whose title a pull changed. */
async function changed(title: string): Promise<string> {
  const before = await store.linked({ job_title: 'Engineer' });
  await store.pull([{ ...before, job_title: title }]);
  return before.twenty_id;
}

test('Get Many gives an item for each change, of one lead or of all', async () => {
  const [one] = [await changed('Director'), await changed('Chair')];

  const items = await run(
    'getMany',
    { returnAll: true, runId: '', leadId: (index: number) => [one, ''][index] },
    { items: [{}, {}] },
  );

  expect(items.map(({ json }) => (json.after as Record<string, unknown>).job_title)).toEqual([
    'Director',
    'Chair',
    'Director',
  ]);
  expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 1 }]);
});

test('Undo shows first what it would do, then does it, and says who kept what', async () => {
  const id = await changed('Director');
  const undo = (onlyPreview: boolean) =>
    run('undo', { scope: 'leads', leadIds: id, onlyPreview, fieldNames: 'job_title', decidedBy: 'Ada' });

  expect((await undo(true)).map(({ json }) => json)).toMatchObject([
    { outcome: 'would be undone', field: 'job_title' },
  ]);
  expect((await store.lead(id)).job_title).toBe('Director');

  const [{ json: undone }] = await undo(false);
  expect(undone).toMatchObject({ outcome: 'undone', lead_id: id, value: 'Director', becomes: 'Engineer' });
  expect((await store.lead(id)).job_title).toBe('Engineer');

  await store.editLead(id, { job_title: 'Poet' });
  const kept = await run('undo', { scope: 'run', runId: undone.undo_id, onlyPreview: false, fieldNames: '' });
  expect(kept.map(({ json }) => json)).toMatchObject([{ outcome: 'kept', reason: 'it was changed since' }]);
});

test('Undo of a time takes the workflow’s time zone, and refuses what is no run, lead or time', async () => {
  await changed('Director');

  const items = await run('undo', { scope: 'time', from: '2020-01-01T00:00:00', until: '', onlyPreview: true });
  expect(items).toHaveLength(1);
  const refused = await run(
    'undo',
    {
      scope: (index: number) => ['run', 'run', 'time', 'leads'][index],
      runId: (index: number) => ['x', ''][index],
      from: '',
      leadIds: '',
    },
    { items: [{}, {}, {}, {}], continueOnFail: true },
  );
  expect(refused.map(({ json }) => json.error)).toEqual([
    expect.stringMatching(/^"x" is not the ID of a run/),
    expect.stringMatching(/^There is no run ID/),
    expect.stringMatching(/^There is no time to begin with/),
    expect.stringMatching(/^There is no lead ID/),
  ]);
});
