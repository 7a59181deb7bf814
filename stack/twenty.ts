import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { startChild, waitUntilReady } from './child';
import { freePort } from './ports';

export interface Twenty {
  url: string;
  apiKey: string;
  stop(): Promise<void>;
}

export interface TwentyOptions {
  /** The port to wish for; the next free one is taken. */
  port?: number;
  /** Further environment variables of the double. */
  env?: Record<string, string>;
}

/** Starts the Twenty double as a process of its own, with a new key. */
export async function startTwenty({ port: wish, env }: TwentyOptions = {}): Promise<Twenty> {
  const port = await freePort(wish);
  const apiKey = randomBytes(24).toString('base64url');
  let url: string | undefined;
  const child = await startChild({
    name: 'the Twenty double',
    command: process.execPath,
    args: ['--import', 'tsx', resolve('stand-ins/twenty/main.ts')],
    env: { ...process.env, ...env, PORT: String(port), API_KEY: apiKey },
    onLine: (line) => {
      url ??= /^listening (\S+)/.exec(line)?.[1];
    },
  });
  await waitUntilReady('The Twenty double', child, () => Promise.resolve(url !== undefined), 30_000);
  return { url: url ?? `http://127.0.0.1:${port}`, apiKey, stop: () => child.stop() };
}
