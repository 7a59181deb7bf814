import { isRealServer, Target, isObject, type Answer, type Json, type JsonObject, type Sent } from './target';

/** A refusal in either dress: REST knows `error` and `restCode`, GraphQL `code` and `subCode`. */
export interface Refusal {
  message: string;
  /** 400 unless told; GraphQL answers 200 to all. */
  status?: number;
  error?: string;
  restCode?: string;
  code?: string;
  subCode?: string;
}

export interface ContractCase<Given> {
  /** What the server does, in words. */
  name: string;
  /** Makes what the request needs. */
  given?: (target: Target) => Promise<Given>;
  send: (given: Given) => Sent;
  /** 200 unless told. */
  status?: number;
  /** Matchers for the whole body. */
  shows?: (given: Given) => unknown;
  refused?: Refusal | ((given: Given) => Refusal);
  /** What has happened on the server, or more about the answer. */
  effect?: (seen: { answer: Answer; given: Given; target: Target }) => Promise<void> | void;
  /** Why it is not held against a real server. */
  doubleOnly?: string;
}

/** A case whose `given` has been tied in, ready to run. */
export interface RunnableCase {
  name: string;
  doubleOnly?: string;
  run: (target: Target) => Promise<void>;
}

export function restBody(refusal: Refusal): JsonObject {
  const body: JsonObject = {
    statusCode: refusal.status ?? 400,
    error: refusal.error ?? (refusal.restCode === undefined ? 'BadRequestException' : 'Error'),
    messages: [refusal.message],
  };
  if (refusal.restCode !== undefined) body.code = refusal.restCode;
  return body;
}

function expectRefusal(sent: Sent, answer: Answer, refusal: Refusal): void {
  if (sent.query === undefined) {
    expect(answer).toMatchObject({ status: refusal.status ?? 400, body: restBody(refusal) });
    return;
  }
  const extensions: JsonObject = { code: refusal.code ?? 'BAD_USER_INPUT' };
  if (refusal.subCode !== undefined) extensions.subCode = refusal.subCode;
  expect(answer.body).toMatchObject({ errors: [{ message: refusal.message, extensions }] });
  expect(Object.values(dataOf(answer)).every((value) => value === null)).toBe(true);
}

/** `data` of an answer. */
export function dataOf(answer: Answer): JsonObject {
  const { body } = answer;
  return isObject(body) && isObject(body.data) ? body.data : {};
}

/** The one thing in `data`: a record, a list or a connection. */
export function resultOf(answer: Answer): Json {
  return Object.values(dataOf(answer))[0] ?? null;
}

/** The records of an answer: a REST list, a GraphQL connection or what a write gave back. */
export function recordsOf(answer: Answer): JsonObject[] {
  const result = resultOf(answer);
  if (Array.isArray(result)) return result.filter(isObject);
  if (!isObject(result)) return [];
  if (!Array.isArray(result.edges)) return [result];
  return result.edges.filter(isObject).map(({ node }) => (isObject(node) ? node : {}));
}

export function defineCase<Given = undefined>(contractCase: ContractCase<Given>): RunnableCase {
  const { name, given, send, status, shows, refused, effect, doubleOnly } = contractCase;
  return {
    name,
    doubleOnly,
    run: async (target) => {
      const context = (await given?.(target)) as Given;
      const sent = send(context);
      const answer = await target.send(sent);
      const refusal = typeof refused === 'function' ? refused(context) : refused;
      if (refusal !== undefined) expectRefusal(sent, answer, refusal);
      else expect([answer.status, answer.status === (status ?? 200) ? '' : answer.text]).toEqual([status ?? 200, '']);
      if (shows !== undefined) expect(answer.body).toEqual(shows(context));
      await effect?.({ answer, given: context, target });
    },
  };
}

/** Minutes that a case may take on a real server, whose rate limit it has to wait for. */
const REAL_SERVER_TIMEOUT_MS = 180_000;

/** Runs cases one after another on one server, and cleans up. */
export function describeContract(title: string, cases: RunnableCase[]): void {
  describe(title, () => {
    let target: Target;
    beforeAll(async () => {
      target = await Target.open();
    });
    afterAll(() => target.close(), REAL_SERVER_TIMEOUT_MS);

    for (const { name, doubleOnly, run } of cases) {
      if (isRealServer && doubleOnly !== undefined)
        test.skip(`${name} (not on a real server: ${doubleOnly})`, () => undefined);
      else test(name, () => run(target), REAL_SERVER_TIMEOUT_MS);
    }
  });
}
