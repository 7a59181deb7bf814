import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Proxy {
  url: string;
  /** `host:port` of what it was asked to reach. */
  targets: Set<string>;
  close(): Promise<void>;
}

/** A proxy as companies have one: HTTP by absolute addresses, all else by CONNECT. */
export async function startProxy(): Promise<Proxy> {
  const targets = new Set<string>();
  const tunnels = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    const { hostname, port, pathname, search, host } = new URL(incoming.url ?? '');
    targets.add(host);
    const { method, headers } = incoming;
    const passed = request({ hostname, port, method, path: pathname + search, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on('connect', ({ url = '' }: IncomingMessage, client: Duplex) => {
    targets.add(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    for (const socket of [client, upstream]) {
      tunnels.add(socket);
      socket.on('error', () => undefined).on('close', () => [client, upstream].forEach((each) => each.destroy()));
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    close: async () => {
      tunnels.forEach((socket) => socket.destroy());
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
