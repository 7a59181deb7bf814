import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { startChild, waitUntilReady } from './child';
import { freePort } from './ports';
import { postgresBinaries } from './postgres-binaries';
import { makeOwnFolder, postgresUser, reachableFolder, type SystemUser } from './postgres-user';
import { wantedPostgres, type PostgresVersion } from './postgres-versions';

const run = promisify(execFile);

/** Letters are told apart as in UTF-8 and sorted by their bytes; 15 has that only from the system's libraries. */
const LOCALE: Readonly<Record<PostgresVersion, string[]>> = {
  '15': ['--locale=C.UTF-8'],
  '17': ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  '18': ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
};

/** Only 127.0.0.1 is listened on, and only throw-away data lies there. */
const PASSWORD = 'postgres';
export const SUPERUSER = 'supabase_admin';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '2GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // containers give 64 MB of /dev/shm, which parallel workers exhaust
  max_parallel_workers_per_gather: '0',
  // fast and unsafe: a power cut loses the data, which a test or a demonstration does not mind
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};
/** As PostgreSQL has it by default: what was committed is there after a crash. */
const DURABLE: Readonly<Record<string, string>> = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

export interface PostgresOptions {
  /** Where the cluster lies; made when missing. Root in a closed home gets a folder in /tmp instead. */
  dataDir: string;
  /** The port to wish for; the next free one is taken. Any free one when left out. */
  port?: number;
  /** Whether committed data has to outlive a crash; it is slower. Off unless told. */
  durable?: boolean;
}

export interface Postgres {
  host: string;
  port: number;
  /** Of the postmaster; its backends are its children. */
  pid: number;
  /** Address of a database for `pg` and PostgREST; as superuser unless another role is named. */
  url(database: string, role?: string): string;
  /** Makes a database unless it is there; `template` is the database to copy. */
  createDatabase(name: string, options?: { template?: string; owner?: string }): Promise<void>;
  /** Removes a database, whoever is connected to it, if it is there. */
  dropDatabase(name: string): Promise<void>;
  renameDatabase(from: string, to: string): Promise<void>;
  hasDatabase(name: string): Promise<boolean>;
  /** Runs SQL in one database as superuser. */
  execute(database: string, sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** Runs one of PostgreSQL's programs, in a folder that its user can read. */
async function runAs(user: SystemUser | undefined, command: string, args: string[]): Promise<void> {
  await run(command, args, { cwd: '/', ...user });
}

/** `initdb` takes seconds: it runs once, and every cluster starts as a copy of the result. */
async function emptyCluster(
  stateFolder: string,
  binaries: string,
  user: SystemUser | undefined,
  version: PostgresVersion,
): Promise<string> {
  const home = reachableFolder(join(stateFolder, 'postgres-empty'), user);
  const cluster = join(home, `cluster-${version}`);
  if (existsSync(cluster)) return cluster;
  const unfinished = `${cluster}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  makeOwnFolder(unfinished, user);
  const passwordFile = join(home, `password.${process.pid}`);
  await writeFile(passwordFile, PASSWORD, { mode: 0o644 });
  await runAs(user, join(binaries, 'bin', 'initdb'), [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...LOCALE[version],
    '--no-sync',
  ]);
  await rm(passwordFile);
  await rename(unfinished, cluster).catch(async () => {
    await rm(unfinished, { recursive: true }); // another start was faster
  });
  return cluster;
}

async function connects(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false; // not yet listening or still recovering
  } finally {
    await client.end();
  }
}

/**
 * Starts PostgreSQL on 127.0.0.1, 18 unless the environment wants another, and returns when it takes connections. A `dataDir` that holds a cluster is used as it is.
 * The superuser is `supabase_admin`, as in Supabase. Rejects with PostgreSQL's own words when it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = postgresUser();
  const stateFolder = resolve('.stack');
  const version = wantedPostgres();
  const binaries = await postgresBinaries(stateFolder, user, version);
  const dataDir = join(reachableFolder(dirname(resolve(options.dataDir)), user), basename(options.dataDir));
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    await mkdir(dataDir, { recursive: true });
    makeOwnFolder(dataDir, user);
    await runAs(user, 'cp', ['-a', `${await emptyCluster(stateFolder, binaries, user, version)}/.`, dataDir]);
  }

  const port = await freePort(options.port);
  const settings = { ...SETTINGS, ...(options.durable ? DURABLE : {}), port: String(port) };
  const child = await startChild({
    name: 'PostgreSQL',
    command: join(binaries, 'bin', 'postgres'),
    args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    user,
    stopSignal: 'SIGINT', // the fast shutdown: open connections are ended
  });
  const url = (database: string, role = SUPERUSER): string =>
    `postgres://${role}:${PASSWORD}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  await waitUntilReady('PostgreSQL', child, () => connects(url('postgres')), 60_000);

  const withClient = async <T>(database: string, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: url(database) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const execute = (database: string, sql: string): Promise<void> =>
    withClient(database, async (client) => {
      await client.query(sql);
    });
  const hasDatabase = (name: string): Promise<boolean> =>
    withClient('postgres', async (client) => {
      const { rowCount } = await client.query('select from pg_catalog.pg_database where datname = $1', [name]);
      return rowCount === 1;
    });
  return {
    host: '127.0.0.1',
    port,
    pid: child.pid,
    url,
    hasDatabase,
    async createDatabase(name, { template = 'template1', owner = SUPERUSER } = {}) {
      if (await hasDatabase(name)) return;
      const [database, from, role] = [name, template, owner].map(escapeIdentifier);
      await execute('postgres', `create database ${database} template ${from} owner ${role} strategy file_copy`);
    },
    dropDatabase: (name) => execute('postgres', `drop database if exists ${escapeIdentifier(name)} with (force)`),
    renameDatabase: (from, to) =>
      execute('postgres', `alter database ${escapeIdentifier(from)} rename to ${escapeIdentifier(to)}`),
    execute,
    stop: () => child.stop(),
  };
}
