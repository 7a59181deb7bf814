import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_BODY_BYTES } from './call';
import type { DoubleResponse } from './http';

export interface HttpHandler {
  (request: {
    method: string;
    path: string;
    headers: Record<string, string | undefined>;
    body: string;
  }): DoubleResponse;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  // Of a body beyond the limit only its size matters.
  return bytes > MAX_BODY_BYTES ? ' '.repeat(bytes) : Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function send(response: ServerResponse, answer: DoubleResponse): void {
  if (answer.fate === 'drop') {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  if (answer.fate !== 'cut') {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Serves a handler over HTTP; port 0 takes any free one. */
export async function serve(handle: HttpHandler, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const body = await readBody(request);
      const answer = handle({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: headersOf(request),
        body,
      });
      if (answer.delayMs > 0) await sleep(answer.delayMs);
      send(response, answer);
    };
    respond().catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

export function urlOf(server: Server, host: string): string {
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Stops listening and closes connections that are still open. */
export async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
