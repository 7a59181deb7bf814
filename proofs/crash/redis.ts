import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { connect } from 'node:net';
import { startChild, waitUntilReady } from '../../stack/child';
import { freePort } from '../../stack/ports';
import type { Shutdown } from '../../stack/shutdown';

/** Where the system's `redis-server` lies, or undefined when it has none. */
export function redisProgram(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find((file) => existsSync(file));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Starts a Redis that keeps nothing on disk; returns its port. */
export async function startRedis(program: string, shutdown: Shutdown): Promise<number> {
  const port = await freePort();
  const child = await startChild({
    name: 'Redis',
    command: program,
    args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
  });
  shutdown.add('Redis', () => child.stop());
  await waitUntilReady('Redis', child, () => accepts(port), 30_000);
  return port;
}
