import { randomUUID } from 'node:crypto';
import type { RecordWrite } from '../../../../nodes/Twenty/records/batch-plan';
import { writeRecords, type WriteResult } from '../../../../nodes/Twenty/records/writer';
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
