import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RpcCall {
  /** The database function's name. */
  name: string;
  path: string;
  args: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

export type Answer =
  | { status?: number; json: unknown }
  | { status?: number; text: string; contentType?: string }
  /** Says that more bytes follow than do, then closes the connection. */
  | { cutOff: string };

export interface PostgrestServer {
  url: string;
  calls: RpcCall[];
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: Answer): void {
  if ('cutOff' in answer) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.cutOff.length + 1000 });
    response.write(answer.cutOff, () => response.socket?.destroy());
    return;
  }
  const isJson = 'json' in answer;
  const contentType = isJson ? 'application/json' : (answer.contentType ?? 'text/html');
  response.writeHead(answer.status ?? 200, { 'content-type': contentType });
  response.end(isJson ? JSON.stringify(answer.json) : answer.text);
}

/** A server that speaks PostgREST's rpc form as far as clients see it: `answer` decides what each call gets. */
export async function startPostgrest(answer: (call: RpcCall) => Answer): Promise<PostgrestServer> {
  const calls: RpcCall[] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const path = request.url ?? '';
      const args = JSON.parse(body || '{}') as Record<string, unknown>;
      const call = { name: path.split('/').at(-1) ?? '', path, args, headers: request.headers };
      calls.push(call);
      send(response, answer(call));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
