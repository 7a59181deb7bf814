import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ERRORS, type Answer } from './errors';
import { Graph } from './graph';
import { MetaStore } from './store';

/**
 * What befalls the next call, or the next part of a batch: `throttled`: code 4; `broken`: code 1; `unreachable`: the
 * connection breaks; `left out`: a part of a batch that comes back as null.
 */
export type Fault = 'throttled' | 'broken' | 'unreachable' | 'left out';

const MOST_PARTS = 50;

/** The Graph API as the Meta Lead Ads nodes use it. */
export class MetaApi {
  /** Taken one a call; empty: none befalls it. */
  readonly faults: Fault[] = [];
  /** Taken one a part of a batch. */
  readonly partFaults: Fault[] = [];
  /** Method and path of the calls that reached the API, and the parts of batches after their batch. */
  readonly calls: string[] = [];
  /** What happens before a call is answered. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  readonly store = new MetaStore();
  readonly graph: Graph;
  private readonly server: Server;

  constructor(now: () => Date = () => new Date()) {
    this.graph = new Graph(this.store, now);
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
    const url = new URL(request.url ?? '/', 'http://graph');
    const path = url.pathname.replace(/^\/v\d+\.\d+\/?/, '');
    const form = new URLSearchParams(await bodyOf(request));
    this.calls.push(`${request.method} ${path}`);
    await this.beforeAnswer();
    const fault = this.faults.shift();
    if (fault === 'unreachable') return void request.socket.destroy();
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const query = new URLSearchParams([...url.searchParams, ...form]);
    const batch = form.get('batch');
    const { status, body, headers } =
      failed(fault) ??
      (batch === null
        ? await this.graph.answer({ method: request.method ?? 'GET', path, query, token })
        : await this.batch(batch, { token, query }));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  private async batch(text: string, { token, query }: { token: string; query: URLSearchParams }): Promise<Answer> {
    const access = await this.graph.answer({ method: 'GET', path: 'me', query, token });
    if (access.status !== 200) return access;
    const parts = JSON.parse(text) as Array<{ method: string; relative_url: string }>;
    if (parts.length > MOST_PARTS) return ERRORS.tooManyParts();
    const body: unknown[] = [];
    for (const { method, relative_url } of parts) {
      const url = new URL(`/${relative_url}`, 'http://graph');
      const path = url.pathname.replace(/^\/v\d+\.\d+\/?/, '');
      this.calls.push(`part ${method} ${path}`);
      const fault = this.partFaults.shift();
      const answer =
        fault === 'left out'
          ? null
          : (failed(fault) ?? (await this.graph.answer({ method, path, query: url.searchParams, token })));
      body.push(answer && { code: answer.status, headers: [], body: JSON.stringify(answer.body) });
    }
    return { status: 200, body };
  }
}

function failed(fault: Fault | undefined): Answer | null {
  if (fault === 'throttled') return ERRORS.throttled();
  return fault === 'broken' ? ERRORS.broken() : null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
