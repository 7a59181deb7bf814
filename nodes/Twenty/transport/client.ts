import type { HttpAnswer } from '../../http/answer';
import { maskSecrets } from '../../masking/mask';
import type { CallBudget, Clock, RateBudget } from './rate-budget';
import { graphqlFailure, statusFailure, TwentyError, unreadableAnswer, type TwentyFailure } from './failures';
import { thrownFailure } from '../../http/network-failures';
import type { TwentyUrls } from './url';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One HTTP request, authentication left to the sender. `body` is JSON text. */
export interface HttpRequest {
  method: HttpMethod;
  url: string;
  body?: string;
  timeoutMs: number;
}

/** Sends a request and gives the answer whatever its status; rejects only when no complete answer came. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export type Log = (level: 'info' | 'warn', message: string) => void;

export interface ClientOptions {
  urls: TwentyUrls;
  /** Whose calls Twenty counts together; the host of `urls` unless given. */
  workspace?: string;
  /** Stands for the credential: what one key has read of the metadata is not shown to another. */
  identity?: string;
  send: Send;
  budget: RateBudget;
  clock: Clock;
  /** Milliseconds after which a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait for the rate limit in all. */
  maxWaitMs?: number;
  signal?: AbortSignal;
  log?: Log;
}

export interface GraphqlRequest {
  document: string;
  variables: Record<string, unknown>;
  /** Clock time after which the request must not start any more (the end of a lease, less the timeout). */
  startBefore?: number;
}

/** The outcome of one call: failures are values, so that a batch writer can weigh them. */
export type Answer<T> =
  | { ok: true; data: T; /** The `Date` header. */ date: string | null; bytes: number }
  | { ok: false; failure: TwentyFailure };

export const DEFAULT_TIMEOUT_MS = 60_000;
/** Less than a sync run's lease of 5 minutes (`lead_sync.settings`): a call that waits longer than it has lost its run. */
export const DEFAULT_MAX_WAIT_MS = 240_000;
const TURN_MS = 50;
const WORTH_LOGGING_MS = 1_000;

/**
 * Twenty's GraphQL, REST and metadata APIs over one sender. Rate limit answers never come out as failures before
 * `maxWaitMs`: the call waits and is sent again. Knows nothing of n8n.
 */
export class TwentyClient {
  readonly urls: TwentyUrls;
  readonly workspace: string;
  readonly identity: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Rate tokens spent by this client: accepted root operations. */
  calls = 0;
  /** Calls that the server refused for its rate limit before it took them. */
  refusals = 0;
  private readonly maxWaitMs: number;
  private budget: CallBudget;

  constructor(private readonly options: ClientOptions) {
    this.urls = options.urls;
    this.workspace = options.workspace ?? options.urls.host;
    this.budget = options.budget;
    this.identity = options.identity ?? '';
    this.clock = options.clock;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.maxWaitMs = options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS;
  }

  /** The calls a minute that the workspace allows, as far as is known by now. */
  get callsPerMinute(): number {
    return this.budget.callsPerMinute;
  }

  /** The same client, which counts its calls by itself: for work that goes on beside other work. */
  apart(): TwentyClient {
    const client = new TwentyClient(this.options);
    client.budget = this.budget;
    return client;
  }

  /** Where the calls from now on take their turns, given the budget of this process alone. */
  paceBy(choose: (own: RateBudget) => CallBudget): void {
    this.budget = choose(this.options.budget);
  }

  /** One GraphQL operation with one root field; gives that root field's value. */
  async graphql<T>(root: string, request: GraphqlRequest): Promise<Answer<T>> {
    const body = JSON.stringify({ query: request.document, variables: request.variables });
    const answer = await this.paced({ method: 'POST', url: this.urls.graphql, body }, request.startBefore);
    if (!answer.ok) return answer;
    const { data } = answer;
    const value = isRecord(data) && isRecord(data.data) ? data.data[root] : undefined;
    if (value === undefined) {
      return failed({
        category: 'server',
        outcome: 'unknown',
        detail: `the answer holds no "${root}"`,
        httpStatus: 200,
      });
    }
    return { ...answer, data: value as T };
  }

  /** A REST call on records; `path` begins after `/rest`. */
  async rest<T>(method: HttpMethod, path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await this.paced(this.restRequest(method, path, body));
    return answer.ok ? { ...answer, data: answer.data as T } : answer;
  }

  /** A call on the metadata API, which Twenty does not count against the rate limit; `path` begins after `/rest/metadata`. */
  async metadata<T>(method: HttpMethod, path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await this.once(this.restRequest(method, `/metadata${path}`, body));
    return answer.ok ? { ...answer, data: answer.data as T } : answer;
  }

  private restRequest(method: HttpMethod, path: string, body?: unknown): Omit<HttpRequest, 'timeoutMs'> {
    return { method, url: `${this.urls.rest}${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  }

  private async paced(
    request: Omit<HttpRequest, 'timeoutMs'>,
    startBefore: number = Infinity,
  ): Promise<Answer<unknown>> {
    const { clock, signal, log } = this.options;
    const { budget } = this;
    // a free token is no wait, though taking it takes a moment
    const giveUp = clock.now() + Math.max(this.maxWaitMs, TURN_MS);
    for (;;) {
      const turn = await budget.take(1, { signal, deadline: Math.min(giveUp, startBefore) }).catch((): null => null);
      if (turn === null) return failed(CANCELLED);
      if (turn.milliseconds >= WORTH_LOGGING_MS) {
        const seconds = (turn.milliseconds / 1000).toFixed(1);
        const ahead = turn.ahead > 0 ? `, ${turn.ahead} other calls before this one` : '';
        log?.('info', `Waited ${seconds} s for Twenty's rate limit (${budget.callsPerMinute} calls a minute${ahead})`);
      }
      if (!turn.granted) return failed(startBefore < giveUp ? LEASE_TOO_SHORT : waitedTooLong(this.maxWaitMs));
      const answer = await this.once(request);
      if (answer.ok || answer.failure.category !== 'rate_limit') {
        if (answer.ok || answer.failure.outcome !== 'not_sent') this.calls += 1;
        if (answer.ok || answer.failure.outcome === 'refused') budget.accepted(turn);
        return answer;
      }
      this.refusals += 1;
      const expected = budget.callsPerMinute;
      if (budget.refused(turn, answer.failure.callsPerMinute)) {
        log?.('warn', `Twenty takes less than the ${expected} calls a minute that were expected: ${SLOWER}`);
      }
      const pause = (budget.refillMilliseconds / 1000).toFixed(1);
      log?.('warn', `Twenty answered "${answer.failure.detail}"; the call is sent again in ${pause} s or later`);
    }
  }

  private async once(request: Omit<HttpRequest, 'timeoutMs'>): Promise<Answer<unknown>> {
    const answer = await this.options.send({ ...request, timeoutMs: this.timeoutMs }).catch(thrownFailure);
    if (!('status' in answer)) return failed(answer);
    if (answer.status < 200 || answer.status > 299) return failed(statusFailure(answer));
    const body = parseJson(answer.text);
    if (body === undefined) return failed(unreadableAnswer(answer));
    if (isRecord(body) && Array.isArray(body.errors) && body.errors.length > 0) {
      return failed(graphqlFailure(body.errors, answer.status));
    }
    return { ok: true, data: body, date: answer.headers.date ?? null, bytes: Buffer.byteLength(answer.text) };
  }
}

/** The data that a read brought; throws a `TwentyError` for a failed one, which, answered or not, has changed nothing. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.data;
  const { failure } = answer;
  throw new TwentyError(failure.outcome === 'unknown' ? { ...failure, outcome: 'refused' } : failure);
}

const SLOWER =
  'the calls are slowed down until it takes them, and sped up again as far as it does. The limit holds for all that uses this workspace’s API.';

export const LEASE_TOO_SHORT: TwentyFailure = {
  category: 'timeout',
  outcome: 'not_sent',
  detail: 'the call was not sent, because the claim on these leads would have ended before an answer',
  httpStatus: null,
};

const CANCELLED: TwentyFailure = {
  category: 'cancelled',
  outcome: 'not_sent',
  detail: 'the execution was cancelled',
  httpStatus: null,
};

function waitedTooLong(maxWaitMs: number): TwentyFailure {
  const detail = `no call was free within ${Math.round(maxWaitMs / 1000)} s`;
  return { category: 'rate_limit', outcome: 'not_sent', detail, httpStatus: null };
}

const LONGEST_DETAIL = 2_000;

/** What Twenty or a server in front of it said may hold secrets: it goes on into messages, leads and runs. */
function failed(failure: TwentyFailure): { ok: false; failure: TwentyFailure } {
  const { detail, networkError } = failure;
  return {
    ok: false,
    failure: {
      ...failure,
      detail: maskSecrets(detail, LONGEST_DETAIL),
      ...(networkError === undefined ? {} : { networkError: maskSecrets(networkError, LONGEST_DETAIL) }),
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
