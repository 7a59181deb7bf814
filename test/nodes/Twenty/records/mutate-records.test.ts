import { mutateByIds } from '../../../../nodes/Twenty/records/filtered';
import { mutateRecords } from '../../../../nodes/Twenty/records/mutate-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { counting, rootOf, useWorkspace, type Interference } from '../support/workspace';

const workspace = useWorkspace();

const MUTATIONS = ['deletePeople', 'restorePeople', 'destroyPeople'];

/** The ids that a mutation names; empty for any other request. */
function idsOf(request: Parameters<Interference>[0]): string[] {
  if (!MUTATIONS.includes(rootOf(request))) return [];
  const { variables } = JSON.parse(request.body ?? '{}') as { variables: { filter: { id: { in: string[] } } } };
  return variables.filter.id.in;
}

/** Answers mutations of these ids with an error. */
function refusing(isBad: (ids: string[]) => boolean, message: string, code = 'BAD_USER_INPUT'): Interference {
  return async (request, next) => {
    if (!isBad(idsOf(request))) return await next(request);
    const text = JSON.stringify({ errors: [{ message, extensions: { code } }], data: null });
    return { status: 200, headers: {}, text };
  };
}

async function setUp(count: number, interfere: (ids: string[]) => Interference) {
  const inputs = Array.from({ length: count }, () => ({
    values: { emails: { primaryEmail: workspace.email() } },
  }));
  const ids = (await workspace.create('person', inputs)).map(({ id }) => id);
  const calls = new Map<string, number>();
  const client = workspace.client({ interfere: counting(calls, interfere(ids)) });
  return { ids, calls, client, object: await readObject(client, 'person') };
}

async function states(ids: string[]): Promise<string[]> {
  return await Promise.all(
    ids.map(async (id) => {
      const record = await workspace.record('person', id);
      return record === undefined ? 'destroyed' : record.deletedAt === null ? 'live' : 'deleted';
    }),
  );
}

describe('a batch that Twenty refuses for one record', () => {
  it.each([
    ['delete', 'live', 'deleted'],
    ['restore', 'deleted', 'live'],
    ['destroy', 'live', 'destroyed'],
  ] as const)('%s is done to all others, and the bad one has its reason', async (verb, before, after) => {
    const message = 'This record is kept by an extension';
    const { ids, calls, client, object } = await setUp(10, (all) => refusing((sent) => sent.includes(all[4]), message));
    if (verb === 'restore') await mutateRecords(workspace.client(), 'delete', object, ids, 200);

    const results = await mutateRecords(client, verb, object, ids, 200);

    const bad = (id: string) => id === ids[4];
    expect(results.map(({ ok }) => ok)).toEqual(ids.map((id) => !bad(id)));
    expect(results[4]).toMatchObject({ failure: { outcome: 'refused', detail: message } });
    expect(await states(ids)).toEqual(ids.map((id) => (bad(id) ? before : after)));
    expect(calls.get(`${verb}People`)).toBeLessThanOrEqual(9);
  });

  it('loses none of the batches that wait behind it', async () => {
    const bad = (all: string[]) => [all[0], all[7]];
    const { ids, client, object } = await setUp(10, (all) =>
      refusing((sent) => bad(all).some((id) => sent.includes(id)), 'no'),
    );

    const results = await mutateRecords(client, 'delete', object, ids, 4);

    expect(results.map(({ ok }) => ok)).toEqual(ids.map((id) => !bad(ids).includes(id)));
  });
});

it('what is in the bin is destroyed, too', async () => {
  const { ids, calls, client, object } = await setUp(3, () => async (request, next) => await next(request));
  await mutateRecords(client, 'delete', object, ids.slice(1), 200);

  const results = await mutateRecords(client, 'destroy', object, ids, 200);

  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(await states(ids)).toEqual(['destroyed', 'destroyed', 'destroyed']);
  expect(calls.get('destroyPeople')).toBe(1);
});

describe('a batch that is not cut', () => {
  it('when Twenty does not let the key delete at all: one call, the rest is not sent', async () => {
    const { ids, calls, client, object } = await setUp(6, () =>
      refusing((sent) => sent.length > 0, 'Entity performing the request does not have permission', 'FORBIDDEN'),
    );

    const results = await mutateRecords(client, 'delete', object, ids, 3);

    expect(results.map((result) => (result.ok ? '' : result.failure.outcome))).toEqual([
      ...Array<string>(3).fill('refused'),
      ...Array<string>(3).fill('not_sent'),
    ]);
    expect(calls.get('deletePeople')).toBe(1);
  });

  it('when no answer came: it may have landed', async () => {
    const { ids, calls, client, object } = await setUp(4, () =>
      refusing((sent) => sent.length > 0, 'boom', 'INTERNAL_SERVER_ERROR'),
    );

    const results = await mutateRecords(client, 'delete', object, ids, 200);

    expect(results.every((result) => !result.ok && result.failure.outcome === 'unknown')).toBe(true);
    expect(calls.get('deletePeople')).toBe(1);
  });
});

it('halves go out only while the claim lasts', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async () => await Promise.resolve() };
  const { ids, object } = await setUp(4, () => async (request, next) => await next(request));
  const calls = new Map<string, number>();
  const interfere = counting(calls, async () => {
    now += 10;
    const text = JSON.stringify({ errors: [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }], data: null });
    return await Promise.resolve({ status: 200, headers: {}, text });
  });
  const client = workspace.client({ clock, interfere });

  const results = await mutateByIds(client, 'delete', ids, {
    object,
    selection: 'id',
    batchSize: 200,
    startBefore: 15,
  });

  expect(calls.get('deletePeople')).toBe(2);
  expect(ids.map((id) => results.get(id))).toMatchObject(
    ids.map(() => ({ ok: false, failure: { category: 'timeout', outcome: 'not_sent' } })),
  );
});

it('a batch larger than the server takes is sent in smaller ones', async () => {
  const { ids, calls, client, object } = await setUp(7, () =>
    refusing((sent) => sent.length > 3, 'Maximum number of records to delete is 3'),
  );

  const results = await mutateRecords(client, 'delete', object, ids, 200);

  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(calls.get('deletePeople')).toBe(4);
});
