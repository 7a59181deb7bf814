import { startTwentyDouble } from '../../../../stand-ins/twenty';
import { defaultMapping, type Write } from '../../../../nodes/lead';
import { readScope, type LeadScope } from '../../../../nodes/Twenty/leads/scope';
import { prepareWorkspace } from '../../../../nodes/Twenty/leads/prepare';
import { createRecords, type RecordInput } from '../../../../nodes/Twenty/records/write-records';
import { findHolders } from '../../../../nodes/Twenty/records/holders';
import { fullSelection } from '../../../../nodes/Twenty/records/field-types';
import { TwentyClient, type ClientOptions, type Send } from '../../../../nodes/Twenty/transport/client';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { RateBudget, type Clock } from '../../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../../../nodes/Twenty/transport/url';
import type { TwentyNode } from '../../../../nodes/Twenty/transport/paging';
import { runTwenty, type NodeRun } from './run-node';

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds) => await new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** What a test lets happen to a request or to its answer; `next` really sends it. */
export type Interference = (request: Parameters<Send>[0], next: Send) => ReturnType<Send>;

type DoubleOptions = Parameters<typeof startTwentyDouble>[0];

/** A Twenty double for the tests of this file, and clients that talk to it; `prepared`: with the fields that leads need. */
export function useWorkspace(state: 'bare' | 'prepared' = 'bare', options?: DoubleOptions): Workspace {
  const workspace = new Workspace();
  beforeAll(async () => {
    await workspace.open(options);
    if (state === 'prepared') await workspace.prepare();
  });
  afterAll(async () => await workspace.close());
  return workspace;
}

export class Workspace {
  double!: Awaited<ReturnType<typeof startTwentyDouble>>;
  private addresses = 0;

  static async start(): Promise<Workspace> {
    const workspace = new Workspace();
    await workspace.open();
    return workspace;
  }

  async open(options: DoubleOptions = {}): Promise<void> {
    this.double = await startTwentyDouble({ rateLimit: false, ...options });
  }

  async close(): Promise<void> {
    await this.double.close();
  }

  /** An address that nobody has. */
  readonly email = (): string => `lead${this.addresses++}@x.test`;

  /** Runs the Twenty node against it. */
  async run(run: Omit<NodeRun, 'url' | 'apiKey'> & Partial<NodeRun>): ReturnType<typeof runTwenty> {
    const { url, apiKey } = this.double;
    return await runTwenty({ url, apiKey, ...run });
  }

  /** A client over plain fetch; `interfere` sees each request. */
  client(options: Partial<ClientOptions> & { interfere?: Interference; callsPerMinute?: number } = {}): TwentyClient {
    const { interfere, callsPerMinute = 1_000_000, ...rest } = options;
    const clock = rest.clock ?? REAL_CLOCK;
    const send: Send = async (request) => await (interfere ? interfere(request, this.send) : this.send(request));
    const urls = readTwentyUrl(this.double.url);
    if (!urls) throw new Error(`The double's URL is none: ${this.double.url}`);
    return new TwentyClient({ urls, send, clock, budget: new RateBudget(callsPerMinute, clock), ...rest });
  }

  async scope(
    client = this.client(),
    fieldMapping: unknown = [],
    object = 'person',
    isLeads?: boolean,
  ): Promise<LeadScope> {
    return await readScope(client, { object, fieldMapping, defaultCountry: 'FR', isLeads });
  }

  async prepare(object = 'person'): Promise<void> {
    await prepareWorkspace(this.client(), object, defaultMapping(object));
  }

  /** Creates records of an object; fails when one is refused. */
  async create(name: string, inputs: RecordInput[]): Promise<TwentyNode[]> {
    const client = this.client();
    const results = await createRecords(client, await readObject(client, name), inputs, 200);
    return results.map((result) => {
      if (!result.ok) throw new Error(result.failure.detail);
      return result.record;
    });
  }

  /** A record as it is now, deleted or not; undefined when it is not there. */
  async record(name: string, id: string): Promise<TwentyNode | undefined> {
    const client = this.client();
    const object = await readObject(client, name);
    return (await findHolders(client, object, fullSelection(object), { ids: [id], values: [] }))[0];
  }

  private readonly send: Send = async ({ method, url, body, timeoutMs }) => {
    const response = await fetch(url, {
      method,
      body,
      headers: { authorization: `Bearer ${this.double.apiKey}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  };
}

/** The root operation of a GraphQL request: `people`, `createPeople`, …; empty for other requests. */
export function rootOf({ url, body }: Parameters<Send>[0]): string {
  if (!url.endsWith('/graphql')) return '';
  const { query } = JSON.parse(body ?? '{}') as { query: string };
  return /\{\s*(\w+)/.exec(query.slice(query.indexOf('{')))?.[1] ?? '';
}

/** Counts requests by root operation, and passes them on. */
export function counting(counts: Map<string, number>, inner?: Interference): Interference {
  return async (request, next) => {
    const root = rootOf(request);
    if (root !== '') counts.set(root, (counts.get(root) ?? 0) + 1);
    return await (inner ? inner(request, next) : next(request));
  };
}

export function createWrite(lead_id: string, values: Write['values']): Write {
  return { lead_id, op: 'create', twenty_id: lead_id, values, twenty_record: null };
}
