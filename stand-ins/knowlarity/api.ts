import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KnowlarityStore, type StoredCall } from './store';

/** What befalls the next call of the API: `unreachable`: the connection breaks; `cut off`: half an answer. */
export type Fault = 'throttled' | 'broken' | 'unreachable' | 'cut off';

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const LOG = '/Basic/v1/account/calllog';
const MAKE_CALL = '/Basic/v1/account/call/makecall';
const LARGEST_PAGE = 100;
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d$/;
const FILTERS = ['agent_number', 'knowlarity_number', 'customer_number'] as const;

/** Knowlarity's API as the Knowlarity nodes use it. */
export class KnowlarityApi {
  /** Taken one a call; empty: none befalls it. */
  readonly faults: Fault[] = [];
  /** Queries of the call log that were answered. */
  readonly queries: URLSearchParams[] = [];
  readonly store = new KnowlarityStore();
  /** Told of each call that is made over the API. */
  onCall: (call: StoredCall) => void = () => undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Gives the base URL: `http://127.0.0.1:…`. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.shift();
    if (fault === 'unreachable') return void request.socket.destroy();
    const { status, body, headers } = failed(fault) ?? (await this.answer(request));
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(fault === 'cut off' ? text.slice(0, text.length / 2) : text);
  }

  /** A wrong key is refused by the gateway in front, a wrong authorization by the API behind it. */
  private async answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://knowlarity');
    if (request.headers['x-api-key'] !== this.store.apiKey) return { status: 403, body: { message: 'Forbidden' } };
    if (request.headers.authorization !== this.store.authorization) {
      return { status: 401, body: { message: 'Unauthorized' } };
    }
    if (request.method === 'GET' && pathname === LOG) return this.log(searchParams);
    if (request.method === 'POST' && pathname === MAKE_CALL) return this.makeCall(await jsonOf(request));
    return { status: 403, body: { message: 'Missing Authentication Token' } };
  }

  /** The latest first. */
  private log(query: URLSearchParams): Answer {
    const [start, end] = ['start_time', 'end_time'].map((name) => query.get(name) ?? '');
    if (!TIME.test(start) || !TIME.test(end)) {
      return { status: 400, body: { error: { message: 'start_time and end_time are mandatory' } } };
    }
    this.queries.push(query);
    const limit = Math.min(Number(query.get('limit') ?? 10), LARGEST_PAGE);
    const offset = Number(query.get('offset') ?? 0);
    const found = [...this.store.calls.values()]
      .filter((call) => timeOf(call) >= Date.parse(start) && timeOf(call) <= Date.parse(end))
      .filter((call) => FILTERS.every((name) => [null, call[name]].includes(query.get(name))))
      .filter((call) => [null, call.business_call_type].includes(query.get('call_type')))
      .sort((one, other) => timeOf(other) - timeOf(one) || (one.uuid < other.uuid ? 1 : -1));
    const linkTo = (from: number): string | null =>
      from >= 0 && from < found.length ? `${LOG}?limit=${limit}&offset=${from}` : null;
    return {
      status: 200,
      body: {
        meta: {
          limit,
          offset,
          next: linkTo(offset + limit),
          previous: offset === 0 ? null : linkTo(Math.max(0, offset - limit)),
          total_count: found.length,
        },
        objects: found.slice(offset, offset + limit),
      },
    };
  }

  /** Click to call: an agent and a customer are called and put through. */
  private makeCall({ k_number, agent_number, customer_number }: Record<string, unknown>): Answer {
    if (![k_number, agent_number, customer_number].every((number) => typeof number === 'string')) {
      return { status: 400, body: { error: { message: 'Please pass valid parameters' } } };
    }
    const call = this.store.addCall(String(customer_number), {
      agent_number: String(agent_number),
      destination: String(agent_number),
      knowlarity_number: String(k_number),
      business_call_type: 'Outgoing',
    });
    this.onCall(call);
    return { status: 200, body: { success: { status: 'success', call_id: call.uuid } } };
  }
}

const timeOf = ({ start_time }: StoredCall): number =>
  Date.parse(/[+-]\d\d:\d\d$/.test(start_time) ? start_time : `${start_time}+05:30`);

function failed(fault: Fault | undefined): Answer | null {
  if (fault === 'throttled') {
    return { status: 429, body: { message: 'Too Many Requests' }, headers: { 'retry-after': '1' } };
  }
  return fault === 'broken' ? { status: 502, body: { message: 'Internal server error' } } : null;
}

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
