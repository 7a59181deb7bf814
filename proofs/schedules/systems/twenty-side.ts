import { createWorkspaceDouble, type JsonObject, type TwentyWorkspaceDouble } from '../../../stand-ins/twenty';
import { defaultMapping, type FieldMapping } from '../../../nodes/lead';
import { prepareWorkspace } from '../../../nodes/Twenty/leads/prepare';
import { readScope, type LeadScope } from '../../../nodes/Twenty/leads/scope';
import { TwentyClient, type HttpRequest, type Send } from '../../../nodes/Twenty/transport/client';
import type { HttpAnswer } from '../../../nodes/http/answer';
import { RateBudget } from '../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../../nodes/Twenty/transport/url';
import { DEAL_MAPPING } from '../deals/values';
import type { VirtualClock } from './clock';
import { COUNTRY, OWN_FIELD, REFUSED_TEXT, valuesOfPerson, type Values } from './fields';

/** What goes wrong with one call. Those of a call to the database are `slow` alone. */
export type Fault =
  /** The write takes effect, the answer is lost. */
  | 'lost'
  /** The connection breaks before the request is there. */
  | 'unsent'
  | 'error500'
  /** 429 */
  | 'limit'
  /** The answer breaks off. */
  | 'cut'
  /** The answer takes 45 s. */
  | 'slow'
  /** A read replica that does not know yet what was created in the last 45 s. */
  | 'lagging'
  /** No answer until the timeout; Twenty carries the request out all the same. */
  | 'late';

const REQUEST_MS = 40;
const SLOW_MS = 45_000;

/** Twenty as the schedules use it: the double, its own clock, and the way requests take to it. */
export class TwentySide {
  readonly double: TwentyWorkspaceDouble;
  /** Milliseconds by which Twenty's clock is ahead of ours. */
  skewMs = 0;
  /** Latest time of Twenty that any window was opened with: what is stamped far before it, no delta sees. */
  latestWindow = 0;
  client!: TwentyClient;
  scope!: LeadScope;
  dealScope!: LeadScope;
  private schedules = 0;

  constructor(private readonly clock: VirtualClock) {
    this.double = createWorkspaceDouble({ rateLimit: false, clock: () => clock.now() + this.skewMs });
  }

  /** Twenty's time, in milliseconds. */
  now(): number {
    return this.clock.now() + this.skewMs;
  }

  /** A window is opened: what is stamped far before now, no delta sees. */
  openWindow(): void {
    this.latestWindow = Math.max(this.latestWindow, this.now());
  }

  /** An empty workspace, with the fields that the mapping needs. Each schedule has its own address: caches go by it. */
  async clear(skewMs: number): Promise<void> {
    this.skewMs = skewMs;
    this.latestWindow = 0;
    this.double.store.clear();
    this.schedules += 1;
    const mapping: FieldMapping[] = [
      ...defaultMapping('person'),
      { lead_field: OWN_FIELD.leadField, twenty_field: OWN_FIELD.twentyField, kind: 'text', direction: 'both' },
    ];
    this.client = this.clientWith(({ method, url, body }) => Promise.resolve(this.handle({ method, url, body })));
    if (this.schedules === 1) await prepareWorkspace(this.client, 'person', mapping);
    this.scope ??= await readScope(this.client, { object: 'person', fieldMapping: mapping, defaultCountry: COUNTRY });
    this.dealScope ??= await readScope(this.client, {
      object: 'opportunity',
      fieldMapping: DEAL_MAPPING,
      defaultCountry: '',
    });
  }

  /** What the workspace consists of is answered at once: all clients of it wait for one such read, and a worker that dies would never end it. */
  clientWith(sendRecords: Send): TwentyClient {
    const send: Send = async (request) =>
      new URL(request.url).pathname.startsWith('/rest/metadata/') ? this.handle(request) : await sendRecords(request);
    const urls = readTwentyUrl(`http://twenty-${this.schedules}.test`);
    if (!urls) throw new Error('The address of the double cannot be read.');
    return new TwentyClient({ urls, send, clock: this.clock, budget: new RateBudget(1e9, this.clock) });
  }

  /** One request on its way, with what befalls it. */
  async carry(request: HttpRequest, fault: Fault | null): Promise<HttpAnswer> {
    this.clock.advance(REQUEST_MS);
    if (fault === 'unsent') throw broken('ECONNRESET', 'socket hang up');
    if (fault === 'error500') return { status: 500, headers: {}, text: 'upstream error' };
    const answer = this.handle(request, fault === 'limit');
    if (fault === 'slow') this.clock.advance(SLOW_MS);
    if (fault === 'lost') throw broken('ECONNRESET', 'socket hang up');
    if (fault === 'late') throw broken('ETIMEDOUT', 'timeout of 60000ms exceeded');
    if (fault === 'cut') return { ...answer, text: answer.text.slice(0, answer.text.length / 2) };
    if (fault === 'lagging') return { ...answer, text: this.lagging(answer.text) };
    return Promise.resolve(answer);
  }

  people(): JsonObject[] {
    return this.double.store.list('person', { withDeleted: true });
  }

  person(id: string): JsonObject | undefined {
    return this.double.store.get('person', id);
  }

  values(person: JsonObject): Values {
    const company = person.companyId ? this.double.store.get('company', String(person.companyId)) : undefined;
    return valuesOfPerson(person, company?.deletedAt ? undefined : company);
  }

  /** Values by person, deleted ones included. */
  snapshot(): Map<string, Values> {
    return new Map(this.people().map((person) => [String(person.id), this.values(person)]));
  }

  private handle({ method, url, body }: Omit<HttpRequest, 'timeoutMs'>, limited = false): HttpAnswer {
    const { pathname, search } = new URL(url);
    const headers = { authorization: `Bearer ${this.double.apiKey}`, 'content-type': 'application/json' };
    if (body?.includes(REFUSED_TEXT) && body.includes('mutation')) {
      const errors = [
        {
          message: `Invalid string value '${REFUSED_TEXT}' for text field "city"`,
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ];
      return { status: 200, headers: {}, text: JSON.stringify({ errors, data: null }) };
    }
    if (limited) this.double.faults.push({ kind: 'rate-limit' });
    const answer = this.double.handle({ method, path: pathname + search, headers, body });
    return { status: answer.status, headers: answer.headers, text: answer.body };
  }

  /** Whether a replica may not know yet what was created at this time. */
  isLagging(createdAt: string): boolean {
    return Date.parse(createdAt) >= this.now() - SLOW_MS;
  }

  private lagging(text: string): string {
    const answer = JSON.parse(text) as { data?: Record<string, { edges?: Array<{ node: { createdAt?: string } }> }> };
    for (const connection of Object.values(answer.data ?? {})) {
      if (!connection?.edges) continue;
      connection.edges = connection.edges.filter(({ node }) => !this.isLagging(node.createdAt ?? ''));
    }
    return JSON.stringify(answer);
  }
}

function broken(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
