import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { answers, startChild, waitUntilReady } from './child';
import { N8nClient, OWNER } from './n8n-client';
import { installPackage } from './n8n-package';
import { freePort } from './ports';

const run = promisify(execFile);
const BOOT_TIMEOUT_MS = 180_000;

export interface N8nOptions {
  /** The file that Node runs, as `installN8n` returns it. */
  program: string;
  /** Address of n8n's own PostgreSQL database; it makes its tables itself. */
  databaseUrl: string;
  /** Holds settings and community packages; made when missing. */
  userFolder: string;
  /** What credentials are encrypted with; the same for the life of the database. */
  encryptionKey: string;
  /** The packed package to install before the start. */
  tarball?: string;
  /** The port to wish for; the next free one is taken. */
  port?: number;
  /** Further environment variables. */
  env?: Record<string, string>;
  onLine?: (line: string) => void;
}

export interface N8n {
  url: string;
  pid: number;
  /** What it was started with, for further commands on the same data. */
  options: N8nOptions;
  client: N8nClient;
  /** Runs an n8n command beside the server, e.g. `['import:workflow', '--input=file.json']`; returns what it printed. */
  cli(args: string[]): Promise<string>;
  output(): string;
  stop(): Promise<void>;
}

/** Quiet, offline, reachable from this machine only. */
function environment(options: N8nOptions, port: number, brokerPort: number): NodeJS.ProcessEnv {
  const database = new URL(options.databaseUrl);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(N8N_|DB_|npm_|NODE_OPTIONS$|NODE_ENV$|JEST_)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port,
    DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    DB_POSTGRESDB_USER: database.username,
    DB_POSTGRESDB_PASSWORD: database.password,
    GENERIC_TIMEZONE: 'UTC',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_DISABLED_MODULES: 'mcp-registry',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_ENCRYPTION_KEY: options.encryptionKey,
    // Without it n8n makes a new JavaScript isolate, about 40 ms of CPU, for every delivery to a trigger.
    N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_LOG_LEVEL: 'warn',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_SECURE_COOKIE: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
    N8N_USER_FOLDER: options.userFolder,
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    ...options.env,
  };
}

/** Runs one n8n command to its end, e.g. `['export:workflow', '--all']`, and returns what it printed. */
export async function runN8nCommand(options: N8nOptions, args: string[]): Promise<string> {
  await mkdir(options.userFolder, { recursive: true });
  const { stdout } = await run(process.execPath, [options.program, ...args], {
    cwd: options.userFolder,
    env: { ...environment(options, await freePort(), await freePort()), N8N_LOG_LEVEL: 'info' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/**
 * Starts n8n on PostgreSQL and returns when its owner is logged in. Rejects with n8n's own words when it does not come up
 * within 3 minutes.
 */
export async function startN8n(options: N8nOptions): Promise<N8n> {
  await mkdir(options.userFolder, { recursive: true });
  if (options.tarball) await installPackage(options.userFolder, options.tarball);
  const port = await freePort(options.port);
  const env = environment(options, port, await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild({
    name: 'n8n',
    command: process.execPath,
    args: [options.program, 'start'],
    cwd: options.userFolder,
    env,
    onLine: options.onLine,
  });
  try {
    await waitUntilReady('n8n', child, () => answers(`${url}/healthz/readiness`), BOOT_TIMEOUT_MS);
    const client = await N8nClient.logIn(url, OWNER);
    return {
      url,
      pid: child.pid,
      options,
      client,
      output: () => child.output(),
      stop: () => child.stop(),
      cli: (args) => runN8nCommand(options, args),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/**
 * Starts an n8n worker, which executes what a main in queue mode puts into Redis, and returns when it is ready. Its options
 * need the same database, key and Redis (`QUEUE_…` in `env`) as the main's.
 */
export async function startN8nWorker(options: N8nOptions): Promise<Pick<N8n, 'pid' | 'stop'>> {
  const port = await freePort();
  const child = await startChild({
    name: 'the n8n worker',
    command: process.execPath,
    args: [options.program, 'worker'],
    cwd: options.userFolder,
    env: {
      ...environment(options, await freePort(), await freePort()),
      QUEUE_HEALTH_CHECK_ACTIVE: 'true',
      QUEUE_HEALTH_CHECK_PORT: String(port),
    },
    onLine: options.onLine,
  });
  const isReady = (): Promise<boolean> => answers(`http://127.0.0.1:${port}/healthz/readiness`);
  await waitUntilReady('The n8n worker', child, isReady, BOOT_TIMEOUT_MS);
  return { pid: child.pid, stop: () => child.stop() };
}
