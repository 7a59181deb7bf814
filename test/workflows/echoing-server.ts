import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EchoingServer {
  url: string;
  close(): Promise<void>;
}

/** A gateway that answers each request with what it got: `answer` makes the body of the raw text of the request. */
export async function startEchoing(status: () => number, answer: (request: string) => string): Promise<EchoingServer> {
  const headersOf = ({ rawHeaders }: IncomingMessage): string =>
    rawHeaders.map((part, index) => part + (index % 2 === 0 ? ': ' : '\r\n')).join('');
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status(), { 'content-type': 'application/json' });
      response.end(answer(`${request.method} ${request.url} HTTP/1.1\r\n${headersOf(request)}`));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
