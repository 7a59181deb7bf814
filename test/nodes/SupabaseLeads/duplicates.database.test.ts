import { useStore } from '../../database/store';
import { runNode, type NodeRun } from './run-node';

const store = useStore();

const run = (operation: string, parameters: Record<string, unknown>, options: Partial<NodeRun> = {}) =>
  runNode({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters: { resource: 'duplicate', operation, decidedBy: 'Ada', ...parameters },
    ...options,
  });

async function lead(email: string): Promise<string> {
  return await store.addLead({ email });
}

test('Get Many gives an item for each pair, the surest first, paired with the item that asked', async () => {
  for (const email of ['a@x.test', 'a+1@x.test', 'b@x.test', 'b@x.test']) await lead(email);
  await store.rpc('find_duplicates');

  const items = await run('getMany', { returnAll: true, lowestScore: 0 }, { items: [{}, {}] });

  expect(items.map(({ json }) => json.score)).toEqual([0.95, 0.8, 0.95, 0.8]);
  expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 1, 1].map((item) => ({ item })));
  expect(items[0].json).toMatchObject({ reasons: { email: 0.95 }, a: { email: 'b@x.test' } });
  expect(await run('getMany', { returnAll: true, lowestScore: 0.9 })).toHaveLength(1);
  expect(await run('getMany', { returnAll: false, limit: 1, lowestScore: 0 })).toHaveLength(1);
});

test('Dismiss and Merge take each item’s pair; a bad one has an item of its own that says why', async () => {
  const ids = [await lead('a@x.test'), await lead('a@x.test'), 'no id'];

  const dismissed = await run(
    'dismiss',
    { leadA: ids[0], leadB: (index: number) => ids[index + 1] },
    { items: [{}, {}], continueOnFail: true },
  );
  expect(dismissed[0].json).toMatchObject({ decided: 'not_duplicate', decided_by: 'Ada' });
  expect(dismissed[1].json.error).toMatch(/^"no id" is not the ID of a lead/);
  expect(dismissed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);

  const [merged, refused] = await run(
    'merge',
    { keepId: ids[0], dropId: ids[1], choices: (index: number) => (index === 0 ? '{"city": "Rome"}' : '{"cty": 1}') },
    { items: [{}, {}], continueOnFail: true },
  );
  expect(merged.json).toMatchObject({ step: 'joined', waits: false });
  expect(refused.json).toMatchObject({ step: 'joined' }); // the same once more
  expect(await store.lead(ids[0])).toMatchObject({ city: 'Rome' });
});

test('Merge of two who are both in Twenty is noted, and waits for the push', async () => {
  const [a, b] = [await store.linked({ email: 'a@x.test' }), await store.linked({ email: 'b@x.test' })];
  const [{ id: keepId }, { id: dropId }] = await store.rows<{ id: string }>(
    'select id from public.leads order by (twenty_id = $1) desc',
    [a.twenty_id],
  );
  const [item] = await run('merge', { keepId, dropId, choices: '' });
  expect(item.json).toMatchObject({ step: 'asked', waits: true, people: null });
  expect(await store.rpc('continue_merges')).toMatchObject({
    merges: [{ people: { keep: a.twenty_id, drop: b.twenty_id } }],
  });
});

test('Undo gives two leads again, and refuses what is no merge', async () => {
  const [keepId, dropId] = [await lead('a@x.test'), await lead('b@x.test')];
  const [{ json: merge }] = await run('merge', { keepId, dropId, choices: {} });

  const items = await run(
    'undo',
    { mergeId: (index: number) => [merge.id, 'x'][index] },
    { items: [{}, {}], continueOnFail: true },
  );

  expect(items[0].json).toMatchObject({ step: 'undone', lead_id: dropId });
  expect(items[1].json.error).toMatch(/^"x" is not the ID of a merge/);
  expect((await store.lead(dropId)).deleted_at).toBeNull();
});
