import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReadableStream, TextEncoderStream } from 'node:stream/web';
import { build } from 'esbuild';
import { Miniflare, type MiniflareOptions } from 'miniflare';

export const TOKENS = { edge: 'edge-token', admin: 'admin-token' };

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

type Options = MiniflareOptions & { bindings: Record<string, string> };

/** The Worker as it is deployed, in workerd, and an n8n that notes what it is called with. */
export class RunningWorker {
  readonly calls: Array<{ url: string; secret: unknown; body: unknown }> = [];
  /** Where n8n sends its callers, if anywhere. */
  redirect: string | null = null;

  private constructor(
    private readonly miniflare: Miniflare,
    private readonly n8n: Server,
    private readonly options: Options,
  ) {}

  static async open(): Promise<RunningWorker> {
    const { outputFiles } = await build({
      entryPoints: ['edge/src/index.ts'],
      bundle: true,
      format: 'esm',
      target: 'es2023',
      write: false,
    });
    const n8n = createServer();
    await new Promise<void>((done) => n8n.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(n8n.address() as AddressInfo).port}`;
    const options: Options = {
      modules: true,
      script: outputFiles[0].text,
      compatibilityDate: '2026-03-01',
      d1Databases: { DB: 'edge' },
      bindings: {
        EDGE_TOKEN: TOKENS.edge,
        ADMIN_TOKEN: TOKENS.admin,
        N8N_SECRET: 'secret',
        N8N_DOWN_WEBHOOK: `${address}/down`,
        N8N_UP_WEBHOOK: `${address}/up`,
        D1_API: 'on',
      },
    };
    const worker = new RunningWorker(new Miniflare(options), n8n, options);
    n8n.on('request', (request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        worker.calls.push({
          url: request.url ?? '',
          secret: request.headers['x-lead-sync-secret'],
          body: JSON.parse(text),
        });
        if (worker.redirect !== null) response.writeHead(307, { location: worker.redirect });
        response.end('{}');
      });
    });
    const statements = (await readFile('edge/migrations/0001_edge.sql', 'utf8')).split(/;\n(?=\n|$)/);
    for (const sql of statements.filter((text) => text.trim() !== '')) await worker.sql(sql);
    return worker;
  }

  async close(): Promise<void> {
    await this.miniflare.dispose();
    this.n8n.close();
  }

  /** Goes on with one of its secrets not set; null: with all of them. */
  async leaveOut(secret: string | null): Promise<void> {
    const bindings = Object.entries(this.options.bindings).filter(([name]) => name !== secret);
    await this.miniflare.setOptions({ ...this.options, bindings: Object.fromEntries(bindings) });
  }

  /** Where it answers. */
  async address(): Promise<string> {
    return (await this.miniflare.ready).href;
  }

  /** A call with a token; null for none. */
  async call(method: string, path: string, body?: unknown, token: string | null = TOKENS.edge): Promise<Answer> {
    const response = await this.miniflare.dispatchFetch(`http://edge${path}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** A call whose body is sent in chunks, so that no header tells its length. */
  async callInChunks(path: string, chunks: Iterable<string>): Promise<Answer> {
    const response = await this.miniflare.dispatchFetch(`http://edge${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.edge}` },
      body: ReadableStream.from(chunks).pipeThrough(new TextEncoderStream()) as unknown as BodyInit,
      duplex: 'half',
    } as never);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** One statement, through the Worker's own API of D1. */
  async sql(sql: string, ...params: unknown[]): Promise<Array<Record<string, unknown>>> {
    const path = '/client/v4/accounts/a/d1/database/d/query';
    const { body } = await this.call('POST', path, { sql, params }, TOKENS.admin);
    if (body.success !== true) throw new Error(JSON.stringify(body.errors));
    return (body.result as Array<{ results: Array<Record<string, unknown>> }>)[0].results;
  }
}
