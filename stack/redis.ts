import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { connect } from 'node:net';
import { startChild, waitUntilReady } from './child';
import { freePort } from './ports';
import type { Shutdown } from './shutdown';

/** Where the system's `redis-server` lies, or undefined when it has none. */
function redisProgram(): string | undefined {
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
async function startRedis(program: string, shutdown: Shutdown): Promise<number> {
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

/** The environment of n8n in queue mode, for main and workers, with a Redis of its own; undefined where this machine has none. */
export async function startQueue(shutdown: Shutdown): Promise<Record<string, string> | undefined> {
  const program = redisProgram();
  if (program === undefined) return undefined;
  return {
    EXECUTIONS_MODE: 'queue',
    QUEUE_BULL_REDIS_HOST: '127.0.0.1',
    QUEUE_BULL_REDIS_PORT: String(await startRedis(program, shutdown)),
    OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
  };
}

export const NO_REDIS = 'there is no redis-server on this machine (on Debian: apt install redis-server)';
