import { randomUUID } from 'node:crypto';
import { failed, person, useStore } from '../../database/store';
import { runNode, type NodeRun } from './run-node';

const store = useStore();
beforeEach(() => store.sql.query('update lead_sync.settings set max_attempts = 1'));

const run = (parameters: Record<string, unknown>, options: Partial<NodeRun> = {}) =>
  runNode({
    host: process.env.TEST_SUPABASE_URL ?? '',
    serviceKey: process.env.TEST_SUPABASE_SERVICE_KEY ?? '',
    parameters,
    ...options,
  });

/** Leads that Twenty has refused once too often; their ids in order. */
async function deadLetters(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await store.addLead({ email: `${randomUUID()}@example.test` }));
  const { claim, writes } = await store.beginPush();
  await store.complete(
    claim,
    writes.map((write) => failed(write, 'validation', 'refused', 'bad phone')),
  );
  return ids.sort();
}

/** A lead whose first name both sides have changed; Twenty won. */
async function conflict(): Promise<string> {
  const ada = person({ first_name: 'Ada' });
  await store.pull([ada]);
  await store.sql.query(`update lead_sync.field_mappings set policy = 'twenty_wins'`);
  await store.editLead(ada.twenty_id, { first_name: 'Local' });
  await store.pull([{ ...ada, first_name: 'Remote' }]);
  return ada.twenty_id;
}

describe('Dead Letter', () => {
  const list = { resource: 'deadLetter', operation: 'getMany', kind: 'dead', returnAll: false, limit: 50 };
  const replay = { resource: 'deadLetter', operation: 'replay', which: 'items' };

  test('Get Many gives an item for each lead, with its reason, paired with the item that asked', async () => {
    const ids = await deadLetters(2);

    const items = await run(list, { items: [{}, {}] });

    expect(items.map(({ json }) => json.lead_id)).toEqual([...ids, ...ids]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 1, 1].map((item) => ({ item })));
    expect(items[0].json).toMatchObject({ kind: 'dead', reason: 'bad phone', category: 'validation', attempts: 1 });
  });

  test('Get Many stops at the limit', async () => {
    await deadLetters(3);
    expect(await run({ ...list, limit: 2 })).toHaveLength(2);
    expect(await run({ ...list, returnAll: true })).toHaveLength(3);
    expect(await run({ ...list, kind: 'held' })).toEqual([]);
  });

  test('Replay takes each item’s lead, in one go, and says what became of it', async () => {
    const [first, second] = await deadLetters(2);
    const unknown = randomUUID();
    const ids = [first, unknown, second, 'no id'];

    const items = await run(
      { ...replay, leadId: (index: number) => ids[index] },
      {
        items: [{}, {}, {}, {}],
        continueOnFail: true,
      },
    );

    expect(items.map(({ json }) => json.replayed)).toEqual([true, false, true, undefined]);
    expect(items[1].json.reason).toBe('There is no such lead');
    expect(items[3].json.error).toMatch(/^"no id" is not the ID of a lead\..*\$json\.lead_id/);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
    expect(await store.claim()).toMatchObject({ claimed: 2 });
  });

  test('Replay sends the other items before a bad one stops the node', async () => {
    const [id] = await deadLetters(1);
    const ids = ['', id];

    const failing = run(
      { ...replay, leadId: (index: number) => ids[index] },
      {
        items: [{}, {}],
      },
    );

    await expect(failing).rejects.toThrow(/There is no lead ID/);
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });

  test('Replay takes all of a kind', async () => {
    await deadLetters(3);
    const [{ json }] = await run({ ...replay, which: 'dead', replayLimit: 2 });
    expect(json).toMatchObject({ replayed: 2, remaining: 1 });
  });
});

describe('Conflict', () => {
  const list = { resource: 'conflict', operation: 'getMany', conflictStatus: 'open', leadId: '', returnAll: true };
  const resolve = { resource: 'conflict', operation: 'resolve', take: 'supabase' };

  test('Get Many lists open ones with both values, of all leads or of one', async () => {
    const leadId = await conflict();

    const [{ json }] = await run(list);

    expect(json).toMatchObject({
      lead_id: leadId,
      field: 'first_name',
      winner: 'twenty',
      supabase_value: 'Local',
      twenty_value: 'Remote',
      current_value: 'Remote',
    });
    expect(await run({ ...list, leadId })).toHaveLength(1);
    expect(await run({ ...list, leadId: randomUUID() })).toEqual([]);
    await expect(run({ ...list, leadId: 'ada' })).rejects.toThrow(/"ada" is not the ID of a lead/);
  });

  test('Resolve takes the chosen value, which makes the lead due', async () => {
    const leadId = await conflict();
    const [{ json }] = await run(list);

    const [resolved] = await run({ ...resolve, conflictId: String(json.id) });

    expect(resolved).toMatchObject({
      json: { resolved: true, conflict: { resolution: 'supabase', current_value: 'Local' }, sync_status: 'pending' },
      pairedItem: { item: 0 },
    });
    expect(await store.lead(leadId)).toMatchObject({ first_name: 'Local' });
    expect(await run(list)).toEqual([]);
  });

  test('Resolve says in the database’s words what stands in its way, and goes on with other items', async () => {
    const changed = await conflict();
    await conflict();
    await store.editLead(changed, { first_name: 'Third' });
    const ids = (await run(list)).map(({ json }) => String(json.id)).concat('x', '999');

    const items = await run(
      { ...resolve, conflictId: (index: number) => ids[index] },
      {
        items: ids.map(() => ({})),
        continueOnFail: true,
      },
    );

    expect(items[0].json).toMatchObject({ resolved: true });
    expect(items[1].json.error).toMatch(/first_name has changed since conflict \d+: it is "Third" here by now/);
    expect(items[1].json.error).toMatch(/take neither/);
    expect(items[2].json.error).toMatch(/"x" is not the ID of a conflict/);
    expect(items[3].json.error).toMatch(/There is no conflict 999/);
  });
});
