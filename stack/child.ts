import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildOptions {
  /** What messages call it, e.g. `PostgREST`. */
  name: string;
  command: string;
  args?: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The system user to run as; only root can choose another. */
  user?: { uid: number; gid: number };
  /** What asks it to end; `SIGTERM` unless told. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  /** Gets each line that it prints. */
  onLine?: (line: string) => void;
}

export interface Child {
  readonly pid: number;
  /** What it printed last, up to 8,000 characters. */
  output(): string;
  /** How it ended, e.g. `exit code 0`, or null while it runs. */
  ending(): string | null;
  /** Settles with how it ended when it and everything that it printed are through. */
  readonly ended: Promise<string>;
  /** Asks it to end, kills it after 10 seconds, and returns when it and everything that it started are gone. */
  stop(): Promise<void>;
}

const OUTPUT_LIMIT = 8_000;
const STOP_GRACE_MS = 10_000;

/**
 * A child must not outlive this process, even one that is killed. The shell leaves a watcher behind that waits for the
 * end of a pipe which only this process holds, and then becomes the program itself, so the process id is the program's.
 * The child leads its own process group: Ctrl-C reaches us alone, and we stop the children in order.
 */
const WATCHED_EXEC = `exec 3<&0
( exec >/dev/null 2>&1; cat <&3; kill -s "$0" $$; sleep ${STOP_GRACE_MS / 1000}; kill -s KILL -- -$$ ) &
exec "$@" </dev/null 3<&-`;

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Starts a program that ends with this process at the latest. Rejects when it cannot be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const child = spawn(
    '/bin/sh',
    ['-c', WATCHED_EXEC, stopSignal.replace('SIG', ''), options.command, ...(options.args ?? [])],
    {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...options.user,
    },
  );
  let output = '';
  let rest = '';
  const collect = (chunk: Buffer): void => {
    const text = chunk.toString();
    output = (output + text).slice(-OUTPUT_LIMIT);
    if (!options.onLine) return;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(options.onLine);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => undefined); // the reader is gone, which `exit` reports

  let ending: string | null = null;
  child.once('exit', (code, signal) => {
    ending = signal === null ? `exit code ${code}` : `signal ${signal}`;
    child.stdin.destroy();
    if (child.pid !== undefined) killGroup(child.pid);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('close', () => {
      if (rest !== '') options.onLine?.(rest);
      resolve(ending ?? 'not started');
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`Cannot start ${options.name}: ${error.message}`)));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${options.name}: it has no process id`);

  return {
    pid,
    output: () => output,
    ending: () => ending,
    ended,
    async stop() {
      if (ending === null) {
        child.kill(stopSignal);
        const timer = setTimeout(() => killGroup(pid), STOP_GRACE_MS);
        await ended;
        clearTimeout(timer);
      }
    },
  };
}

/**
 * Waits until `isReady` says so. Fails with what the program printed when it ends first or takes longer than `timeoutMs`;
 * the program is stopped then.
 */
export async function waitUntilReady(
  name: string,
  child: Child,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isReady())) {
    const ending = child.ending();
    if (ending !== null) throw new Error(`${name} ended while starting (${ending}):\n${child.output()}`);
    if (Date.now() > deadline) {
      await child.stop();
      throw new Error(`${name} was not ready after ${timeoutMs / 1000} s:\n${child.output()}`);
    }
    await delay(50);
  }
}

/** Whether a GET of the address is answered with success. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // nobody listens there yet
  }
}
