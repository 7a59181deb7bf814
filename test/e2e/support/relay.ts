import { createServer, request, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Relay {
  url: string;
  /** Called when a request has gone on its way, before its answer is back. */
  onRequest: (method: string, path: string) => void;
  /** What is not passed on, but answered as not found. */
  isMissing: (path: string) => boolean;
  close(): Promise<void>;
}

/**
 * Passes requests on to a server, so that a test can do something in the middle of one.
 * @param tls takes them over TLS, with this certificate
 */
export async function startRelay(target: string, tls?: { key: string; cert: string }): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const relay: Pick<Relay, 'onRequest' | 'isMissing'> = { onRequest: () => undefined, isMissing: () => false };
  const pass: RequestListener = (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    if (relay.isMissing(url)) {
      outgoing.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found"}');
      return;
    }
    const passed = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    passed.on('finish', () => relay.onRequest(method, url));
    incoming.pipe(passed);
  };
  const server = tls === undefined ? createServer(pass) : createTlsServer(tls, pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(relay, {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
