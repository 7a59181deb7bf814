import { KeyRing } from './auth';
import { operationsOf, readCall } from './call';
import { Faults, type Fault } from './faults';
import type { Answer, Call, DoubleRequest, DoubleResponse } from './http';
import { TokenBucket, type RateLimit } from './rate-limiter';
import { Router } from './router';
import { isJsonObject } from './json';
import { Cores, type Speed, type Work } from './speed';
import { Stats } from './stats';
import { Store } from './store';
import { WebhookDeliveries } from './webhooks/deliveries';
import { WebhookRegistry, type WebhookLag } from './webhooks/registry';
import type { TwentyVersion } from './webhooks/routes';
import { Workspace } from './workspace';

export interface DoubleSettings {
  apiKey?: string;
  rateLimit: RateLimit | false;
  latencyMs: number;
  clock: () => number;
  maxBatch: number;
  maxFirst: number;
  version: TwentyVersion;
  webhookLag: WebhookLag;
}

const NO_WORK: Work = { read: 0, created: 0, updated: 0 };

/** Records that the lists of a GraphQL answer hold. */
function recordsIn(body: Answer['body']): number {
  if (!isJsonObject(body) || !isJsonObject(body.data)) return 0;
  const lists = Object.values(body.data).map((list) => (isJsonObject(list) ? list.edges : null));
  return lists.reduce<number>((sum, edges) => sum + (Array.isArray(edges) ? edges.length : 0), 0);
}

/** A Twenty workspace in memory that answers requests, without a socket. */
export class TwentyWorkspaceDouble {
  readonly stats = new Stats();
  readonly store: Store;
  readonly keys: KeyRing;
  readonly apiKey: string;
  readonly webhooks: WebhookDeliveries;
  latencyMs: number;
  private readonly faultQueue = new Faults();
  private readonly workspace: Workspace;
  private readonly router: Router;
  private bucket: TokenBucket | null = null;
  private cores: Cores | null = null;
  /** Of the request that is being answered. */
  private work: Work = { ...NO_WORK };

  constructor(private readonly settings: DoubleSettings) {
    const { clock, maxBatch, maxFirst, version, webhookLag } = settings;
    this.latencyMs = settings.latencyMs;
    this.workspace = new Workspace({ clock, maxBatch });
    const { schema, statementTime } = this.workspace;
    this.store = new Store(this.workspace);
    this.keys = new KeyRing(clock);
    this.apiKey = settings.apiKey ?? this.keys.issue();
    if (settings.apiKey !== undefined) this.keys.add(settings.apiKey);
    const ids = { workspaceId: schema.workspaceId, applicationId: schema.customApplicationId };
    const registry = new WebhookRegistry(ids, statementTime, clock, webhookLag);
    this.webhooks = new WebhookDeliveries(registry, schema.workspaceId, clock);
    this.workspace.listeners.push((events, author) => this.webhooks.announce(events, author));
    this.workspace.listeners.push((events) => {
      const created = events.filter(({ kind }) => kind === 'created').length;
      this.work.created += created;
      this.work.updated += events.length - created;
    });
    this.setRateLimit(settings.rateLimit);
    this.router = new Router({
      workspace: this.workspace,
      webhooks: registry,
      keys: this.keys,
      stats: this.stats,
      bucket: () => this.bucket,
      maxFirst,
      version,
    });
  }

  /** Faults to come, in order; push to it. A fault leaves the list when it is used up. */
  get faults(): Fault[] {
    return this.faultQueue.list;
  }

  /** Starts with a full bucket of another size, or limits nothing. */
  setRateLimit(limit: RateLimit | false): void {
    this.bucket = limit === false ? null : new TokenBucket(limit, this.settings.clock);
  }

  /** Takes as long for its work as a server with this speed; null: no time at all. */
  setSpeed(speed: Speed | null): void {
    this.cores = speed && new Cores(speed, this.settings.clock);
  }

  /**
   * Answers one request at once. A `fate` on the answer says that it would not arrive whole; `delayMs` how long a
   * socket would have held it back.
   */
  handle(request: DoubleRequest): DoubleResponse {
    this.stats.requests += 1;
    const response = this.respond(request);
    this.stats.bytesOut += Buffer.byteLength(response.body);
    return response;
  }

  private respond(request: DoubleRequest): DoubleResponse {
    const call = readCall(request);
    if ('tooLarge' in call) return this.render({ status: 500, body: 'request entity too large' });
    if ('syntaxError' in call) {
      return this.render({ status: 400, body: { message: call.syntaxError, error: 'Bad Request', statusCode: 400 } });
    }
    const operations = operationsOf(call, this.workspace.schema);
    const fault = this.faultQueue.list.length === 0 ? undefined : this.faultQueue.take(call, operations);
    const response = fault === undefined ? this.answer(call, false) : this.withFault(fault, call, operations);
    this.faultQueue.remember(operations, response);
    return response;
  }

  private answer(call: Call, limited: boolean): DoubleResponse {
    this.work = { ...NO_WORK };
    const answer = this.router.route(call, limited);
    const response = this.render(answer);
    if (this.cores === null) return response;
    const workMs = this.cores.delayOf({ ...this.work, read: recordsIn(answer.body) });
    return { ...response, delayMs: response.delayMs + workMs };
  }

  private withFault(fault: Fault, call: Call, operations: string[]): DoubleResponse {
    switch (fault.kind) {
      case 'status':
        return { ...this.render({ status: fault.status, body: null }), body: fault.body ?? 'upstream error' };
      case 'drop-before-effect':
        return { ...this.render({ status: 0, body: '' }), fate: 'drop' };
      case 'drop-response-after-effect':
        return { ...this.answer(call, false), fate: 'drop' };
      case 'cut-body':
        return { ...this.answer(call, false), fate: 'cut' };
      case 'delay': {
        const response = this.answer(call, false);
        return { ...response, delayMs: response.delayMs + fault.ms };
      }
      case 'rate-limit':
        return this.answer(call, true);
      case 'repeat-page':
        return this.faultQueue.lastAnswer(operations) ?? this.answer(call, false);
    }
  }

  private render({ status, body, contentType = 'application/json; charset=utf-8' }: Answer): DoubleResponse {
    const date = new Date(this.settings.clock()).toUTCString();
    return {
      status,
      headers: { 'content-type': contentType, date },
      body: JSON.stringify(body),
      delayMs: this.latencyMs,
    };
  }
}
