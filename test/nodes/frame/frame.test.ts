import type { INodeExecutionData } from 'n8n-workflow';
import { InputError } from '../../../nodes/errors/input-error';
import { allTogether, bySize, chosenBy, eachItem, frame, inBatches, type Operation } from '../../../nodes/frame';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../setup/execute-functions';

/** What the nodes of these tests connect to: notes what it is asked. */
interface Service {
  calls: unknown[];
}

const texts = { name: 'Try', action: 'Try it', description: 'Tries it' };

/** Runs a node of one operation, which connects to a service of its own. */
async function run(
  execute: Operation<Service>['execute'],
  { more, ...options }: ExecuteFunctionsOptions & { more?: Partial<Operation<Service>> } = {},
): Promise<{ outputs: INodeExecutionData[][]; service: Service; connections: number }> {
  const service: Service = { calls: [] };
  let connections = 0;
  const node = frame<Service>({
    operations: { try: { ...texts, fields: [], execute, ...more } },
    connect: async () => {
      connections += 1;
      return await Promise.resolve(service);
    },
  });
  const { context } = executeFunctions({ ...options, parameters: { operation: 'try', ...options.parameters } });
  return { outputs: await node.execute(context), service, connections };
}

const items = [{ n: 1 }, { n: 2 }, { n: 3 }];

describe('the panel', () => {
  const field = (name: string): Operation['fields'][number] => ({
    displayName: name,
    name,
    type: 'string',
    default: '',
    displayOptions: { show: { mode: ['x'] } },
  });
  const operation = (name: string): Operation => ({
    ...texts,
    name,
    fields: [field('text')],
    execute: eachItem(() => ({})),
  });

  it('lists resources and operations by name, chooses the first of each, and shows fields for their operation alone', () => {
    const { properties, inputs, outputs } = frame({
      connect: async () => await Promise.resolve(null),
      resources: {
        b: { name: 'B', operations: { second: operation('Second'), first: operation('First') } },
        a: { name: 'A', operations: { only: operation('Only') } },
      },
    });

    expect(properties[0]).toMatchObject({ name: 'resource', default: 'b', options: [{ value: 'a' }, { value: 'b' }] });
    expect(properties[1]).toMatchObject({
      name: 'operation',
      default: 'second',
      options: [{ value: 'first', action: 'Try it' }, { value: 'second' }],
      displayOptions: { show: { resource: ['b'] } },
    });
    expect(properties[2].displayOptions).toEqual({ show: { mode: ['x'], resource: ['b'], operation: ['second'] } });
    expect([inputs, outputs]).toEqual([['main'], ['main']]);
  });

  it('shows hints of a node that has one resource', () => {
    const hint = { message: 'Careful', when: 'afterExecution' } as const;
    const { hints } = frame({
      connect: async () => await Promise.resolve(null),
      operations: { split: { ...operation('Split'), hint } },
    });

    expect(hints).toMatchObject([
      { message: 'Careful', displayCondition: '={{ $parameter["operation"] === "split" }}' },
    ]);
  });

  it('names outputs and shows hints for the operation that has them', () => {
    const hint = { message: 'Careful', when: 'afterExecution', condition: '$parameter["x"] === 1' } as const;
    const { outputs, hints } = frame({
      connect: async () => await Promise.resolve(null),
      resources: { a: { name: 'A', operations: { split: { ...operation('Split'), outputs: ['Yes', 'No'], hint } } } },
    });

    expect(outputs).toContain('"a.split":[{"type":"main","displayName":"Yes"},{"type":"main","displayName":"No"}]');
    expect(hints[0].displayCondition).toBe(
      '={{ $parameter["resource"] === "a" && $parameter["operation"] === "split" && $parameter["x"] === 1 }}',
    );
  });
});

describe('item by item', () => {
  const failSecond = eachItem<Service>((item, service) => {
    service.calls.push(item.input.n);
    if (item.input.n === 2) throw new InputError('Two is bad', 'Take three.', { why: 'even' });
    return [{ n: item.input.n }, { again: true }];
  });

  it('pairs each output with its input, and connects once', async () => {
    const { outputs, connections } = await run(
      eachItem((item) => ({ n: item.input.n })),
      { items },
    );

    expect(outputs).toEqual([items.map((json, item) => ({ json, pairedItem: { item } }))]);
    expect(connections).toBe(1);
  });

  it('makes an error item of one that fails where the node continues, and tells what becomes of the rest', async () => {
    const more = { afterFailure: 'Nothing is lost.' };

    const { outputs } = await run(failSecond, { items, continueOnFail: true, more });

    expect(outputs[0][2]).toEqual({
      json: { error: 'Two is bad. Take three.', details: { why: 'even', next_step: 'Nothing is lost.' } },
      pairedItem: { item: 1 },
    });
    expect(outputs[0]).toHaveLength(5);
  });

  it('says no more than the error and a message where it goes to the error output: n8n before 2.36 takes others for successes', async () => {
    const node = { onError: 'continueErrorOutput' } as const;
    const told = { items, continueOnFail: true, node };

    const [withNextStep] = (await run(failSecond, { ...told, more: { afterFailure: 'Nothing is lost.' } })).outputs;
    expect(withNextStep[2].json).toEqual({ error: 'Two is bad. Take three.', message: 'Nothing is lost.' });
    const [without] = (await run(failSecond, told)).outputs;
    expect(without[2].json).toEqual({ error: 'Two is bad. Take three.' });
  });

  it('stops at the first that fails otherwise', async () => {
    await expect(run(failSecond, { items })).rejects.toMatchObject({
      message: 'Two is bad. Take three.',
      context: { itemIndex: 1 },
    });
  });

  it('begins nothing more when the execution is cancelled', async () => {
    const cancel = new AbortController();
    const execute = eachItem<Service>((_item, service) => {
      service.calls.push('called');
      cancel.abort();
      return {};
    });

    const { outputs, service } = await run(execute, { items, continueOnFail: true, cancelSignal: cancel.signal });

    expect(service.calls).toEqual(['called']);
    expect(outputs[0].map(({ json }) => json.error ?? 'done')).toEqual([
      'done',
      expect.stringMatching(/cancelled/),
      expect.stringMatching(/cancelled/),
    ]);
  });
});

describe('in batches', () => {
  const doubled = inBatches<Service, number>({
    read: (item) => {
      if (item.input.n === 0) throw new InputError('Zero is nothing');
      return Number(item.input.n);
    },
    split: bySize(2),
    work: async (batch, service) => {
      service.calls.push(batch.map(({ input }) => input));
      if (batch.some(({ input }) => input < 0)) throw new Error('the call failed');
      return await Promise.resolve(
        batch.map(({ input }) => (input > 99 ? new InputError('Too big') : { n: 2 * input })),
      );
    },
    summary: (done, all) => `${done} of ${all} are done`,
  });
  const numbers = [1, 0, 2, -3, 4, 100, 5].map((n) => ({ n }));

  it('keeps what fails from the others: an item that cannot be read, a batch, a single result', async () => {
    const { outputs, service } = await run(doubled, { items: numbers, continueOnFail: true });

    expect(service.calls).toEqual([
      [1, 2],
      [-3, 4],
      [100, 5],
    ]);
    expect(outputs[0].map(({ json }) => json.n ?? json.error)).toEqual([
      2,
      'Zero is nothing.',
      4,
      'the call failed',
      'the call failed',
      'Too big.',
      10,
    ]);
    expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(numbers.map((_number, item) => ({ item })));
  });

  it('raises the first that failed when all others are done, and says how many are', async () => {
    await expect(run(doubled, { items: numbers })).rejects.toMatchObject({
      message: 'Zero is nothing.',
      description: '3 of 7 are done',
      context: { itemIndex: 1 },
    });
  });
});

test('all together: one output stands for all items', async () => {
  const sum = allTogether<Service>(async (all) => await Promise.resolve({ n: all.length }));

  expect((await run(sum, { items })).outputs).toEqual([
    [{ json: { n: 3 }, pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }] }],
  ]);
});

test('a choice of the panel decides how the operation runs; an unknown one is named as the panel does', async () => {
  const more = { fields: [{ displayName: 'Each Item Is', name: 'input', type: 'string' as const, default: '' }] };
  const ways = chosenBy<Service>('input', { one: eachItem(() => ({ way: 1 })), two: eachItem(() => ({ way: 2 })) });
  const wayOf = async (input: unknown) => (await run(ways, { more, parameters: { input } })).outputs[0][0].json.way;

  expect([await wayOf('one'), await wayOf('two'), await wayOf('')]).toEqual([1, 2, 1]);
  await expect(wayOf('three')).rejects.toThrow('Each Item Is is "three". Choose one of one, two.');
});

test('what fails before any item is worked on fails them all', async () => {
  const { outputs } = await run(async () => await Promise.reject(new InputError('Nothing there')), {
    items,
    continueOnFail: true,
  });

  expect(outputs).toEqual([items.map((_json, item) => ({ json: { error: 'Nothing there.' }, pairedItem: { item } }))]);
});
