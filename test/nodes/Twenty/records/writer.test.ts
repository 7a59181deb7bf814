import { randomUUID } from 'node:crypto';
import type { RecordWrite } from '../../../../nodes/Twenty/records/batch-plan';
import { writeRecords, type WriteResult, type WriterOptions } from '../../../../nodes/Twenty/records/writer';
import { writesAtOnce } from '../../../../nodes/Twenty/records/writes-at-once';
import type { TwentyClient } from '../../../../nodes/Twenty/transport/client';
import { refusal } from '../support/pushing';
import { rootOf, useWorkspace, type Interference } from '../support/workspace';

const workspace = useWorkspace();

const PERSON = { nameSingular: 'person', namePlural: 'people' };
const PATH = 'emails.primaryEmail';
const BATCH = 2;
const AT_ONCE = 3;

const person = (email = workspace.email()): RecordWrite => {
  const id = randomUUID();
  return { id, data: { id, emails: { primaryEmail: email } }, takes: [{ path: PATH, value: email }], holds: [] };
};
const people = (count: number): RecordWrite[] => Array.from({ length: count }, () => person());

/** A client of a server that takes several writes at once, whose requests are seen and can be answered by the test. */
function clientWith(interfere: Interference): TwentyClient {
  const client = workspace.client({
    interfere: (request, next) => (rootOf(request) === 'createPeople' ? interfere(request, next) : next(request)),
  });
  writesAtOnce(client).limit = AT_ONCE;
  return client;
}

const insert = (client: TwentyClient, writes: RecordWrite[]): Promise<Map<RecordWrite, WriteResult>> =>
  writeRecords(client, writes, {
    object: PERSON,
    selection: 'id emails{primaryEmail}',
    mode: 'insert',
    batchSize: BATCH,
  });

/** How many requests are under way, each until the others had time to come. */
function watched(): { interfere: Interference; most: () => number } {
  let [now, most] = [0, 0];
  return {
    most: () => most,
    interfere: async (request, next) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = await next(request);
      now -= 1;
      return answer;
    },
  };
}

/** People who are there, to be updated: the last one of each batch refers to a company that is not. */
function changes(count: number): RecordWrite[] {
  const ids = workspace.double.store.insert(
    'person',
    Array.from({ length: count }, () => ({ emails: { primaryEmail: workspace.email() } })),
  );
  return ids.map((id, index) => {
    const data = { id, jobTitle: 'new', ...(index % BATCH === BATCH - 1 ? { companyId: randomUUID() } : {}) };
    return { id, data, takes: [], holds: [] };
  });
}

/** A client whose first requests are answered so, by the server where it says nothing, and whose others do not leave. */
function clientFor(first: Array<Awaited<ReturnType<Interference>> | undefined>): TwentyClient {
  return workspace.client({
    interfere: async (request, next) => {
      if (first.length === 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return first.shift() ?? (await next(request));
    },
  });
}

const update = (
  client: TwentyClient,
  writes: RecordWrite[],
  options: Partial<WriterOptions<RecordWrite>> = {},
): Promise<Map<RecordWrite, WriteResult>> =>
  writeRecords(client, writes, { object: PERSON, selection: 'id', mode: 'update', batchSize: BATCH, ...options });

const outcomes = (results: Map<RecordWrite, WriteResult>, writes: RecordWrite[]): unknown[] =>
  writes.map((write) => {
    const result = results.get(write);
    return result?.ok === false ? result.failure.outcome : result?.ok;
  });

const oks = (results: Map<RecordWrite, WriteResult>, writes: RecordWrite[]): unknown[] =>
  writes.map((write) => results.get(write)?.ok);

test('sends as many batches at once as the server gets on with, and no more', async () => {
  const { interfere, most } = watched();
  const writes = people(10);

  const results = await insert(clientWith(interfere), writes);

  expect(most()).toBe(AT_ONCE);
  expect(oks(results, writes)).toEqual(Array(10).fill(true));
});

test('sends a batch only after the one that it shares a value with', async () => {
  const { interfere, most } = watched();
  const [ada, grace] = people(2);
  const takesOver = { ...person('new@x.test'), takes: [{ path: PATH, value: 'other@x.test' }], holds: ada.takes };
  const writes = [ada, grace, takesOver];

  await insert(clientWith(interfere), writes);

  expect(most()).toBe(1);
});

test('lands all but a bad record, and cuts only its batch', async () => {
  const writes = people(9);
  const [bad] = writes.slice(4, 5);
  let requests = 0;
  const client = clientWith(async (request, next) => {
    requests += 1;
    return request.body?.includes(bad.id) ? refusal('no', { code: 'BAD_USER_INPUT' }) : await next(request);
  });

  const results = await insert(client, writes);

  expect(oks(results, writes)).toEqual(writes.map((write) => write !== bad));
  expect(requests).toBe(5 + 2);
});

test('sends nothing more after a failure that ends the run; what is under way comes to its own end', async () => {
  const writes = people(12);
  let fail: (error: Error) => void = () => undefined;
  const failing = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  let requests = 0;
  const client = clientWith(async (request, next) => {
    requests += 1;
    if (request.body?.includes(writes[0].id)) return await failing;
    const answer = await next(request);
    fail(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return answer;
  });

  const results = await insert(client, writes);

  expect(requests).toBe(AT_ONCE);
  expect(oks(results, writes)).toEqual([false, false, true, true, true, true, ...Array<boolean>(6).fill(false)]);
  expect(results.get(writes[11])).toMatchObject({ failure: { outcome: 'not_sent' } });
});

describe('updates that Twenty has refused together, and may have carried out in part', () => {
  test('are unknown when their halves do not go out; those that were never sent are not', async () => {
    const writes = changes(2 * BATCH);

    const results = await update(clientFor([undefined]), writes);

    expect(workspace.double.store.get('person', writes[0].id)).toMatchObject({ jobTitle: 'new' });
    expect(outcomes(results, writes)).toEqual(['unknown', 'unknown', 'not_sent', 'not_sent']);
  });

  test('are unknown when they do not go out again with their references mended', async () => {
    const writes = changes(BATCH);
    const mendReferences = (): Promise<void> => Promise.resolve();

    const results = await update(clientFor([undefined]), writes, { mendReferences });

    expect(outcomes(results, writes)).toEqual(['unknown', 'unknown']);
  });

  test('are unknown when the key loses its rights before their halves go out', async () => {
    const writes = changes(BATCH);
    const denied = refusal('Entity performing the request does not have permission', { code: 'FORBIDDEN' });

    const results = await update(clientFor([undefined, denied]), writes);

    expect(outcomes(results, writes)).toEqual(['unknown', 'unknown']);
  });

  test('have what their halves tell of them when these go out', async () => {
    const writes = changes(BATCH);

    const results = await update(clientFor([undefined, undefined, undefined]), writes);

    expect(outcomes(results, writes)).toEqual([true, 'refused']);
  });
});

test('updates that Twenty has refused before it wrote any are not sent, or refused', async () => {
  const tooMany = refusal('Maximum number of records to upsert is 2.', { code: 'BAD_USER_INPUT' });
  const denied = refusal('Entity performing the request does not have permission', { code: 'FORBIDDEN' });
  const writes = changes(2 * BATCH);

  const cut = await update(clientFor([tooMany]), writes, { batchSize: 2 * BATCH });
  const refused = await update(clientFor([denied]), writes.slice(BATCH));

  expect(outcomes(cut, writes)).toEqual(Array(4).fill('not_sent'));
  expect(outcomes(refused, writes.slice(BATCH))).toEqual(['refused', 'refused']);
});

test('cuts all that waits when the server says how many records it takes', async () => {
  const sizes: number[] = [];
  const client = clientWith(async (request, next) => {
    const { variables } = JSON.parse(request.body ?? '') as { variables: { data: unknown[] } };
    sizes.push(variables.data.length);
    return variables.data.length > 1
      ? refusal('Maximum number of records to create is 1', { code: 'BAD_USER_INPUT' })
      : await next(request);
  });
  const writes = people(8);

  const results = await insert(client, writes);

  expect(oks(results, writes)).toEqual(Array(8).fill(true));
  expect(sizes.filter((size) => size > 1).length).toBeLessThanOrEqual(AT_ONCE);
});
