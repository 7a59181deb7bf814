import type { HttpAnswer } from '../../http/answer';
import { HIDDEN } from '../../http/known-secret';
import { thrownFailure } from '../../http/network-failures';
import { patiently, type Patience } from '../../http/patience';
import { maskSecrets } from '../../masking/mask';
import { failureOfAnswer, MetaError, mostUsed, type MetaFailure } from './failures';

export interface GraphRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the version, e.g. `123/leads`; empty for a batch. */
  path: string;
  query?: Record<string, string | number>;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Of a page; the credential's where left out. */
  token?: string;
}

export interface ClientOptions extends Patience {
  /** Sends a request and gives the answer whatever its status; rejects only when no complete answer came. */
  send(request: GraphRequest): Promise<HttpAnswer>;
  /** Of the API, e.g. `v26.0`: parts of a batch name it themselves. */
  version: string;
}

/** What became of a part of a batch. */
export type Part<T> = { value: T } | { failure: MetaFailure };

/** A page of a list. */
export interface Page<T> {
  data?: T[];
  paging?: { cursors?: { after?: string }; next?: string };
}

/** Parts that Meta takes in one batch. */
export const MOST_PARTS = 50;
/** Per cent of a limit from which calls are spaced out, and by how much. */
const NEARLY_ALL = 95;
const SPACE_MS = 2_000;
const LONGEST_DETAIL = 2_000;

const LEFT_OUT: { failure: MetaFailure } = {
  failure: { kind: 'server', detail: 'it left this part of the batch out', httpStatus: null },
};

const isWaitedFor = ({ kind }: MetaFailure): boolean => kind === 'throttled' || kind === 'server';

/** The Graph API over one sender. Throttling and Meta's own trouble are waited for; what else fails is thrown as a `MetaError`. Knows nothing of n8n. */
export class GraphClient {
  private isNearLimit = false;
  private readonly ofPages = new Map<string, GraphClient>();

  constructor(private readonly options: ClientOptions) {}

  /** @throws MetaError */
  async call<T>(request: GraphRequest): Promise<T> {
    return await this.patiently(async () => await this.once<T>(request));
  }

  /**
   * The API as a page sees it, which alone is shown its forms and subscriptions: with the page's token, asked for once and
   * kept nowhere else (developers.facebook.com/docs/pages/access-tokens). Where Meta gives none, or the credential's, that
   * one is used.
   * @param pageId `me`: the page whose token the credential has
   * @throws MetaError
   */
  async ofPage(pageId: string): Promise<GraphClient> {
    const known = pageId === 'me' ? this : this.ofPages.get(pageId);
    if (known !== undefined) return known;
    const { access_token } = await this.call<{ access_token?: string }>({
      method: 'GET',
      path: encodeURIComponent(pageId),
      query: { fields: 'access_token' },
    });
    const page = this.withToken(access_token);
    this.ofPages.set(pageId, page);
    return page;
  }

  /**
   * The entries of a list, page by page.
   * @throws MetaError
   */
  async *pages<T>(path: string, query: GraphRequest['query'] = {}, after?: string): AsyncGenerator<T[]> {
    let position = after;
    do {
      const from: GraphRequest['query'] = position === undefined ? {} : { after: position };
      const page: Page<T> = await this.call<Page<T>>({ method: 'GET', path, query: { ...query, ...from } });
      yield page.data ?? [];
      position = nextOf(page);
    } while (position !== undefined);
  }

  /**
   * Reads many paths (with their queries), 50 in a call, each with an outcome of its own; those that Meta throttled or
   * left out are asked for once more.
   * @throws MetaError when a whole batch fails
   */
  async batch<T>(paths: readonly string[]): Promise<Array<Part<T>>> {
    const parts: Array<Part<T>> = [];
    for (let start = 0; start < paths.length; start += MOST_PARTS) {
      parts.push(...(await this.oneBatch<T>(paths.slice(start, start + MOST_PARTS))));
    }
    return parts;
  }

  /** @param token hidden where it is the credential's own */
  private withToken(token?: string): GraphClient {
    if (token === undefined || token === HIDDEN) return this;
    const { send } = this.options;
    return new GraphClient({ ...this.options, send: async (request) => await send({ ...request, token }) });
  }

  private async oneBatch<T>(paths: readonly string[]): Promise<Array<Part<T>>> {
    const parts = new Map<string, Part<T>>();
    const inOrder = (): Array<Part<T>> => paths.map((path) => parts.get(path) ?? LEFT_OUT);
    return await this.patiently<Array<Part<T>>>(async () => {
      const asked = paths.filter((path) => {
        const part = parts.get(path) ?? LEFT_OUT;
        return 'failure' in part && isWaitedFor(part.failure);
      });
      const answer = await this.once<Array<BatchPart | null>>(batchOf(this.options.version, asked));
      if ('failure' in answer) return answer;
      asked.forEach((path, index) => parts.set(path, this.partOf<T>(answer.value[index])));
      const waiting = inOrder().find((part) => 'failure' in part && isWaitedFor(part.failure));
      return waiting === undefined || 'value' in waiting
        ? { value: inOrder() }
        : { ...waiting, atLeast: { value: inOrder() } };
    });
  }

  private partOf<T>(part: BatchPart | null | undefined): Part<T> {
    if (!part) return LEFT_OUT;
    const headers = Object.fromEntries((part.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
    return this.read<T>({ status: part.code, headers, text: part.body ?? '' });
  }

  /** Repeats what Meta throttles, as long as may be waited. */
  private async patiently<T>(work: () => Promise<Part<T> & { atLeast?: { value: T } }>): Promise<T> {
    const outcome = await patiently<T, MetaFailure>('Meta', this.options, isWaitedFor, work);
    if ('value' in outcome) return outcome.value;
    throw new MetaError(outcome.failure);
  }

  private async once<T>(request: GraphRequest): Promise<Part<T>> {
    if (this.isNearLimit) await this.options.sleep(SPACE_MS);
    const answer = await this.options.send(request).catch((error: unknown) => {
      const { category: kind, ...failure } = thrownFailure(error);
      return { failure: masked({ kind, ...failure }) };
    });
    if ('failure' in answer) return answer;
    this.isNearLimit = mostUsed(answer.headers) >= NEARLY_ALL;
    return this.read<T>(answer);
  }

  private read<T>(answer: HttpAnswer): Part<T> {
    const value = answer.status < 300 ? valueIn<T>(answer.text) : undefined;
    return value === undefined ? { failure: masked(failureOfAnswer(answer)) } : { value };
  }
}

interface BatchPart {
  code: number;
  headers?: Array<{ name: string; value: string }>;
  body?: string;
}

/** Where the next page of a list begins; undefined behind the last. */
export function nextOf<T>({ paging }: Page<T>): string | undefined {
  return paging?.next === undefined ? undefined : paging.cursors?.after;
}

function batchOf(version: string, paths: readonly string[]): GraphRequest {
  const batch = paths.map((path) => ({ method: 'GET', relative_url: `${version}/${path}` }));
  return { method: 'POST', path: '', form: { batch: JSON.stringify(batch) } };
}

/** Undefined where the body is no JSON, or an error that came with a good status. */
function valueIn<T>(text: string): T | undefined {
  try {
    const body = JSON.parse(text) as (T & { error?: unknown }) | null;
    return typeof body === 'object' && body !== null && 'error' in body ? undefined : (body ?? undefined);
  } catch {
    return undefined;
  }
}

/** What somebody else wrote may hold secrets: it goes on into messages and runs. */
function masked(failure: MetaFailure): MetaFailure {
  const { detail, networkError } = failure;
  return {
    ...failure,
    detail: maskSecrets(detail, LONGEST_DETAIL),
    ...(networkError === undefined ? {} : { networkError: maskSecrets(networkError, LONGEST_DETAIL) }),
  };
}
