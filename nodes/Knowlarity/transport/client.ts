import type { HttpAnswer } from '../../http/answer';
import { thrownFailure } from '../../http/network-failures';
import { patiently, type Patience } from '../../http/patience';
import { maskSecrets } from '../../masking/mask';
import type { RawCall } from '../calls/types';
import { failureOfAnswer, KnowlarityError, type KnowlarityFailure } from './failures';

export type Query = Record<string, string | number>;

export interface ClientOptions extends Patience {
  /** Asks the call log and gives the answer whatever its status; rejects only when no complete answer came. */
  send(query: Query): Promise<HttpAnswer>;
}

/** A page of the call log. */
export interface LogPage {
  calls: RawCall[];
  /** Of all pages, where the log tells it. */
  total: number | null;
}

type Outcome = { value: LogPage } | { failure: KnowlarityFailure };

const LONGEST_DETAIL = 2_000;

const isWaitedFor = ({ kind }: KnowlarityFailure): boolean => kind === 'throttled' || kind === 'server';

/** The call log over one sender. Throttling and Knowlarity's own trouble are waited for; what else fails is thrown. Knows nothing of n8n. */
export class KnowlarityClient {
  constructor(private readonly options: ClientOptions) {}

  /** @throws KnowlarityError */
  async callLog(query: Query): Promise<LogPage> {
    const outcome = await patiently('Knowlarity', this.options, isWaitedFor, async () => await this.once(query));
    if ('value' in outcome) return outcome.value;
    throw new KnowlarityError(outcome.failure);
  }

  private async once(query: Query): Promise<Outcome> {
    const answer = await this.options.send(query).catch((error: unknown) => {
      const { category: kind, ...failure } = thrownFailure(error);
      return { failure: masked({ kind, ...failure }) };
    });
    if ('failure' in answer) return answer;
    const value = answer.status < 300 ? pageIn(answer.text) : null;
    return value === null ? { failure: masked(failureOfAnswer(answer)) } : { value };
  }
}

/** Null where the body is no page of calls. Long ids and numbers are texts already. */
function pageIn(text: string): LogPage | null {
  try {
    const body = JSON.parse(text) as { meta?: { total_count?: unknown }; objects?: unknown } | null;
    if (!Array.isArray(body?.objects)) return null;
    const total = body.meta?.total_count;
    const isCall = (entry: unknown): entry is RawCall =>
      typeof entry === 'object' && entry !== null && !Array.isArray(entry);
    // What is no call keeps its place: pages go on by how much was listed.
    const calls = body.objects.map((entry: unknown) => (isCall(entry) ? entry : {}));
    return { calls, total: typeof total === 'number' ? total : null };
  } catch {
    return null;
  }
}

/** What somebody else wrote may hold secrets: it goes on into messages and runs. */
function masked(failure: KnowlarityFailure): KnowlarityFailure {
  const { detail, networkError } = failure;
  return {
    ...failure,
    detail: maskSecrets(detail, LONGEST_DETAIL),
    ...(networkError === undefined ? {} : { networkError: maskSecrets(networkError, LONGEST_DETAIL) }),
  };
}
