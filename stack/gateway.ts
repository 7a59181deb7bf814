import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiKeys {
  /** `sb_secret_…`, for the service role. */
  secretKey: string;
  /** `sb_publishable_…`, for the anonymous role. */
  publishableKey: string;
  /** The older keys: signed tokens that name their role. */
  serviceJwt: string;
  anonJwt: string;
}

export interface GatewayStats {
  /** Requests passed on to PostgREST since the last reset. */
  requests: number;
  /** The same by path, e.g. `{"/rpc/upsert_leads": 3}`. */
  byPath: Record<string, number>;
  bytesReceived: number;
  bytesSent: number;
}

export interface Gateway {
  /** What a Supabase project's URL is: the REST API lies under `/rest/v1`. */
  url: string;
  stats(): GatewayStats;
  resetStats(): void;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  postgrestUrl: string;
  keys: ApiKeys;
  port?: number;
}

const REST_PREFIX = '/rest/v1';
const STATS_PATH = '/__gateway/stats';
/** Headers of one hop, which a proxy does not pass on, and the gateway's own. */
const DROPPED_HEADERS = ['connection', 'keep-alive', 'host', 'apikey'];

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/**
 * The Authorization header for PostgREST, or null for a key that is none of the project's. As Supabase's gateway: the
 * short keys stand for a token of their role, and a user's own token beside a key is kept.
 */
export function authorizationFor(apiKey: string, authorization: string | undefined, keys: ApiKeys): string | null {
  const tokens = new Map([
    [keys.secretKey, keys.serviceJwt],
    [keys.publishableKey, keys.anonJwt],
    [keys.serviceJwt, keys.serviceJwt],
    [keys.anonJwt, keys.anonJwt],
  ]);
  const token = tokens.get(apiKey);
  if (token === undefined) return null;
  return authorization && !/^Bearer sb_/.test(authorization) ? authorization : `Bearer ${token}`;
}

/** Starts the HTTP gateway that stands before PostgREST in a Supabase project. */
export async function startGateway({ postgrestUrl, keys, port = 0 }: GatewayOptions): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let stats: GatewayStats = { requests: 0, byPath: {}, bytesReceived: 0, bytesSent: 0 };
  const resetStats = (): void => {
    stats = { requests: 0, byPath: {}, bytesReceived: 0, bytesSent: 0 };
  };

  const forward = (incoming: IncomingMessage, response: ServerResponse, url: URL, authorization: string): void => {
    const path = url.pathname.slice(REST_PREFIX.length) || '/';
    if (url.searchParams.has('apikey')) url.searchParams.delete('apikey');
    stats.requests += 1;
    stats.byPath[path] = (stats.byPath[path] ?? 0) + 1;
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !DROPPED_HEADERS.includes(name)),
    );
    const outgoing = request(
      `${postgrestUrl}${path}${url.search}`,
      { method: incoming.method, headers: { ...headers, authorization }, agent },
      (upstream) => {
        response.writeHead(upstream.statusCode ?? 502, upstream.headers);
        upstream.on('data', (chunk: Buffer) => (stats.bytesSent += chunk.length));
        upstream.pipe(response);
      },
    );
    outgoing.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else answer(response, 502, { message: `PostgREST cannot be reached: ${error.message}` });
    });
    response.on('close', () => outgoing.destroy());
    incoming.on('data', (chunk: Buffer) => (stats.bytesReceived += chunk.length));
    incoming.pipe(outgoing);
  };

  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://gateway');
    if (url.pathname === STATS_PATH) {
      if (incoming.method === 'DELETE') resetStats();
      return answer(response, 200, stats);
    }
    if (url.pathname !== REST_PREFIX && !url.pathname.startsWith(`${REST_PREFIX}/`)) {
      return answer(response, 404, { message: 'no Route matched with those values' });
    }
    const apiKey = incoming.headers.apikey ?? url.searchParams.get('apikey');
    if (typeof apiKey !== 'string') {
      return answer(response, 401, {
        message: 'No API key found in request',
        hint: 'No `apikey` request header or url param was found.',
      });
    }
    const authorization = authorizationFor(apiKey, incoming.headers.authorization, keys);
    if (authorization === null) {
      return answer(response, 401, {
        message: 'Invalid API key',
        hint: 'Double check your Supabase `anon` or `service_role` API key.',
      });
    }
    forward(incoming, response, url, authorization);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${boundPort}`,
    stats: () => structuredClone(stats),
    resetStats,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          agent.destroy();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
