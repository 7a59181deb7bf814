import { createServer } from 'node:net';

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const free = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(free));
    });
  });
}

/** A port of 127.0.0.1 that nobody listens on: the wished one, or the first free one of the 50 after it; any without a wish. */
export async function freePort(wish = 0): Promise<number> {
  const candidates = wish === 0 ? [0] : Array.from({ length: 51 }, (_, offset) => wish + offset);
  for (const candidate of candidates) {
    const port = await tryPort(candidate);
    if (port !== null) return port;
  }
  throw new Error(`No free port from ${wish} to ${wish + 50}. Stop what listens there and try again.`);
}
