import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordingServer {
  url: string;
  /** Headers of all requests that arrived. */
  requests: IncomingHttpHeaders[];
  close(): Promise<void>;
}

async function listen(server: Server, requests: IncomingHttpHeaders[]): Promise<RecordingServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A stranger's server that takes whatever comes and keeps it. */
export async function startStranger(): Promise<RecordingServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    response.setHeader('content-type', 'application/json').end('{"data": {}}');
  });
  return await listen(server, requests);
}

/** Answers each request with a redirect to another server. */
export async function startRedirecting(status: () => number, target: string): Promise<RecordingServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    response.writeHead(status(), { location: `${target}${request.url}&state=s3cret` }).end();
  });
  return await listen(server, requests);
}
