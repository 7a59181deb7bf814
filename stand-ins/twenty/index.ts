import { TwentyWorkspaceDouble } from './double';
import { control, CONTROL_PREFIX } from './control';
import { DEFAULT_RATE_LIMIT, type RateLimit } from './rate-limiter';
import { serve, stop, urlOf } from './server';
import type { WebhookLag } from './webhooks/registry';
import type { TwentyVersion } from './webhooks/routes';
import type { Fault } from './faults';
import type { DoubleRequest, DoubleResponse } from './http';
import type { KeyRing } from './auth';
import type { Stats } from './stats';
import type { Store } from './store';
import type { WebhookDeliveries } from './webhooks/deliveries';

export { DEFAULT_RATE_LIMIT, TokenBucket, type RateLimit } from './rate-limiter';
export { TwentyWorkspaceDouble } from './double';
export { Cores, REAL_SPEED } from './speed';
export { signDelivery } from './webhooks/signature';
export type { Fault, FaultMatch } from './faults';
export type { DoubleRequest, DoubleResponse } from './http';
export type { Json, JsonObject } from './json';
export type { Seed, Store } from './store';
export type { Stats } from './stats';

export interface TwentyDoubleOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: '127.0.0.1';
  /** Key to accept; one is made unless told. */
  apiKey?: string;
  /** Per workspace; 100 calls per 60 s unless told, `false` for none. */
  rateLimit?: RateLimit | false;
  /** Milliseconds added to each answer over the socket. */
  latencyMs?: number;
  /** Milliseconds since the epoch; the system's unless told. */
  clock?: () => number;
  /** Most records that one request may write; 200, as the server has it. Older releases had 60. */
  maxBatch?: number;
  /** Most rows that one list gives; the server gives as many as asked for. */
  maxFirst?: number;
  version?: TwentyVersion;
  /** How late webhooks start and stop to tell; at once unless told. */
  webhookLag?: WebhookLag;
}

export interface TwentyDouble {
  /** `http://127.0.0.1:port`. */
  url: string;
  apiKey: string;
  /** Direct access to the rows. */
  store: Store;
  stats: Stats;
  /** What is to go wrong: push to it. */
  faults: Fault[];
  /** Makes further keys: expired, revoked, without rights. */
  keys: KeyRing;
  webhooks: WebhookDeliveries;
  setRateLimit: (limit: RateLimit | false) => void;
  setLatency: (milliseconds: number) => void;
  /** Answers a request without the socket, at once; `delayMs` of the answer is not waited for. */
  handle: (request: DoubleRequest) => DoubleResponse;
  close: () => Promise<void>;
}

/** A workspace with the options' defaults filled in, without a socket. */
export function createWorkspaceDouble(options: TwentyDoubleOptions = {}): TwentyWorkspaceDouble {
  return new TwentyWorkspaceDouble({
    apiKey: options.apiKey,
    rateLimit: options.rateLimit ?? DEFAULT_RATE_LIMIT,
    latencyMs: options.latencyMs ?? 0,
    clock: options.clock ?? Date.now,
    maxBatch: options.maxBatch ?? 200,
    maxFirst: options.maxFirst ?? Number.MAX_SAFE_INTEGER,
    version: options.version ?? '2.31',
    webhookLag: options.webhookLag ?? { startMs: 0, stopMs: 0 },
  });
}

/** Starts a Twenty server in memory that answers as the real one does, traps included. */
export async function startTwentyDouble(options: TwentyDoubleOptions = {}): Promise<TwentyDouble> {
  const host = options.host ?? '127.0.0.1';
  const double = createWorkspaceDouble(options);
  const server = await serve(
    (request) =>
      request.path.startsWith(CONTROL_PREFIX)
        ? control(double, request.method, request.path, request.body)
        : double.handle(request),
    options.port ?? 0,
    host,
  );
  return {
    url: urlOf(server, host),
    apiKey: double.apiKey,
    store: double.store,
    stats: double.stats,
    faults: double.faults,
    keys: double.keys,
    webhooks: double.webhooks,
    setRateLimit: (limit) => double.setRateLimit(limit),
    setLatency: (milliseconds) => {
      double.latencyMs = milliseconds;
    },
    handle: (request) => double.handle(request),
    close: async () => {
      await stop(server);
      await double.webhooks.idle();
    },
  };
}
