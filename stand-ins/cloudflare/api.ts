import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { D1Result } from '@cloudflare/workers-types';
import type { D1 } from './d1';
import type { Query } from './limits';

/**
 * What befalls the next call. `lost`: it is carried out, its answer never comes; `unreachable`: it is not carried out, the
 * connection breaks; `throttled`: 429; `internal`: 500 of the API; `full`: the database is over its size.
 */
export type Fault = 'lost' | 'unreachable' | 'throttled' | 'internal' | 'full';

export interface Access {
  account: string;
  database: string;
  token: string;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Bodies of errors as Cloudflare's API sends them (codes: developers.cloudflare.com/api and the D1 pages). */
const ERRORS = {
  authentication: { status: 401, code: 10000, message: 'Authentication error' },
  account: {
    status: 403,
    code: 7403,
    message: 'The given account is not valid or is not authorized to access this service',
  },
  route: {
    status: 400,
    code: 7003,
    message: 'Could not route to this path, perhaps your object identifier is invalid?',
  },
  databaseId: { status: 400, code: 7400, message: 'Invalid property: databaseId => Invalid uuid' },
  throttled: { status: 429, code: 971, message: 'Please wait and consider throttling your request speed' },
  internal: { status: 500, code: 7500, message: 'internal error; reference = 0' },
  full: { status: 400, code: 7500, message: 'Exceeded maximum DB size: SQLITE_FULL' },
} as const;

const ACCOUNT_ID = /^[0-9a-f]{32}$/;
const DATABASE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Calls that a token may make in five minutes. */
const CALLS_ALLOWED = 1_200;
const WINDOW_MS = 300_000;

/** Cloudflare's HTTP API of D1 (`/query`, `/raw`) in front of a database of workerd. */
export class CloudflareApi {
  /** Taken one a call; empty: none befalls it. */
  readonly faults: Fault[] = [];
  /** Calls that reached the API. */
  calls = 0;
  private readonly server: Server;
  private recent: number[] = [];

  constructor(
    private readonly d1: Pick<D1, 'batch'>,
    readonly access: Access = { account: '0'.repeat(32), database: randomUUID(), token: `token-${randomUUID()}` },
    private readonly now: () => number = Date.now,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Gives the base URL: `http://127.0.0.1:…/client/v4`. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/client/v4`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.calls += 1;
    const fault = this.faults.shift();
    if (fault === 'unreachable') return void request.socket.destroy();
    const { status, body, headers } = await this.answer(request, fault);
    if (fault === 'lost') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  private async answer(request: IncomingMessage, fault: Fault | undefined): Promise<Answer> {
    const path = /^\/client\/v4\/accounts\/([^/]+)\/d1\/database\/([^/]+)\/(query|raw)$/.exec(request.url ?? '');
    const text = await bodyOf(request);
    if (path === null || request.method !== 'POST') return refused(ERRORS.route);
    const [, account, database, operation] = path;
    if (request.headers.authorization !== `Bearer ${this.access.token}`) return refused(ERRORS.authentication);
    if (!ACCOUNT_ID.test(account)) return refused(ERRORS.route);
    if (account !== this.access.account) return refused(ERRORS.account);
    if (!DATABASE_ID.test(database)) return refused(ERRORS.databaseId);
    if (database !== this.access.database)
      return refused({ status: 404, code: 7404, message: `The database ${database} could not be found` });
    if (fault === 'throttled' || !this.isAllowed())
      return { ...refused(ERRORS.throttled), headers: { 'retry-after': '1' } };
    if (fault === 'internal' || fault === 'full') return refused(ERRORS[fault]);
    return await this.run(text, operation);
  }

  private async run(text: string, operation: string): Promise<Answer> {
    let queries: Query[];
    try {
      const body = JSON.parse(text) as Query & { batch?: Query[] };
      queries = body.batch ?? [body];
      if (!queries.every(({ sql }) => typeof sql === 'string' && sql.trim() !== '')) throw new Error('sql is missing');
    } catch (error) {
      return refused({ status: 400, code: 7400, message: `The request is malformed: ${(error as Error).message}` });
    }
    try {
      const results = await this.d1.batch(queries);
      const result = results.map((one) => (operation === 'raw' ? rawOf(one) : one));
      return { status: 200, body: { result, errors: [], messages: [], success: true } };
    } catch (error) {
      if (error instanceof TypeError) return refused(ERRORS.internal); // workerd is away
      const message = (error as Error).message.replace(/^D1_\w+: /, '');
      return refused({ status: 400, code: 7500, message });
    }
  }

  private isAllowed(): boolean {
    const now = this.now();
    this.recent = this.recent.filter((at) => now - at < WINDOW_MS);
    if (this.recent.length >= CALLS_ALLOWED) return false;
    this.recent.push(now);
    return true;
  }
}

function refused({ status, code, message }: { status: number; code: number; message: string }): Answer {
  return { status, body: { result: [], errors: [{ code, message }], messages: [], success: false } };
}

function rawOf({ results, success, meta }: D1Result): unknown {
  const rows = results as Array<Record<string, unknown>>;
  const columns = Object.keys(rows[0] ?? {});
  return { results: { columns, rows: rows.map((row) => columns.map((name) => row[name])) }, success, meta };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
