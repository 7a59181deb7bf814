import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { importAccess, type Access } from './access';
import { startN8n, startN8nWorker, type N8n } from './n8n';
import { makeN8nDatabase } from './n8n-database';
import { installN8n } from './n8n-install';
import { packPackage } from './n8n-package';
import { startPostgres, type Postgres } from './postgres';
import { wantedPostgres } from './postgres-versions';
import { NO_REDIS, startQueue } from './redis';
import type { Step } from './report';
import { checkSupabase, checkTwenty, type SupabaseService, type TwentyService } from './services';
import type { Shutdown } from './shutdown';
import { startSupabase, type Supabase } from './supabase';
import { startTwenty, type Twenty } from './twenty';
import { importLeadSyncCredentials, publishBundle } from './workflows';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface StackOptions {
  /** Where PostgreSQL's and n8n's files lie. */
  folder: string;
  /** Whether PostgreSQL keeps what was committed through a crash; off unless told. */
  durable?: boolean;
  /** Real services in the place of the local ones. */
  twenty?: TwentyService;
  supabase?: SupabaseService;
  /** Ports to wish for; any free ones when left out. */
  ports?: { postgres: number; gateway: number; postgrest?: number; twenty: number; n8n: number };
  /** The package, packed; it is built and packed unless told. */
  tarball?: string;
  /** Environment of the Twenty double, e.g. its rate limit. */
  twentyEnv?: Record<string, string>;
  /** Twenty's rate limit as the credential has it; found out unless told. */
  callsPerMinute?: number;
  /** Further environment variables of n8n. */
  n8nEnv?: Record<string, string>;
  /** n8n workers, which then execute what its main process puts into a queue; none unless told. */
  workers?: number;
}

export interface Stack {
  postgres: Postgres;
  supabase: SupabaseService;
  /** The local Supabase with its database and keys; undefined with a real one. */
  localSupabase: Supabase | undefined;
  twenty: TwentyService;
  /** The Twenty double; undefined with a real one. */
  localTwenty: Twenty | undefined;
  n8n: N8n;
  /** Logins of the pages that n8n serves. */
  access: Access;
}

/** Where PostgreSQL's cluster lies in a stack's folder. */
export const postgresFolder = (folder: string): string => join(folder, `postgres-${wantedPostgres()}`);

export async function buildPackage(): Promise<string> {
  try {
    await run('gulp', ['build'], { maxBuffer: MAX_OUTPUT_BYTES });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The build failed:\n${stdout}${stderr}`);
  }
  return await packPackage();
}

/** n8n notes the key in its user folder and refuses another one, so it has to stay the same. */
export async function encryptionKey(folder: string): Promise<string> {
  const file = join(folder, 'n8n-encryption-key');
  if (!existsSync(file)) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return await readFile(file, 'utf8');
}

async function provideSupabase(
  { supabase: external, ports }: StackOptions,
  postgres: Postgres,
  step: Step,
  shutdown: Shutdown,
): Promise<Pick<Stack, 'supabase' | 'localSupabase'>> {
  if (external) {
    await step('Supabase answers and has the schema', () => checkSupabase(external));
    return { supabase: external, localSupabase: undefined };
  }
  const local = await step('Supabase (PostgREST, gateway, schema) runs', () => startSupabase(postgres, ports));
  shutdown.add('Supabase', () => local.stop());
  return { supabase: local, localSupabase: local };
}

async function provideTwenty(
  { twenty: external, twentyEnv, ports }: StackOptions,
  step: Step,
  shutdown: Shutdown,
): Promise<Pick<Stack, 'twenty' | 'localTwenty'>> {
  if (external) {
    await step('Twenty answers', () => checkTwenty(external));
    return { twenty: external, localTwenty: undefined };
  }
  const double = await step('The Twenty double runs', () => startTwenty({ port: ports?.twenty, env: twentyEnv }));
  shutdown.add('Twenty double', () => double.stop());
  return { twenty: double, localTwenty: double };
}

/** n8n in queue mode, where the machine has a Redis: what main and workers must know. Rejects where it has none. */
async function provideQueue(
  { workers = 0 }: StackOptions,
  step: Step,
  shutdown: Shutdown,
): Promise<Record<string, string> | undefined> {
  if (workers === 0) return undefined;
  const env = await step('Redis runs', () => startQueue(shutdown));
  if (!env) throw new Error(`Workers need a queue, and ${NO_REDIS}.`);
  return env;
}

/** Workers share one budget of Twenty's calls (docs/scaling.md). */
async function shareCalls({ databaseUrl }: Supabase): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('update lead_sync.settings set share_calls = true').finally(() => client.end());
}

/**
 * Starts all that lead sync needs, with nothing in it yet but the schema, and a real n8n with the package, the
 * credentials and the published workflows, their schedules off. What it starts is handed to `shutdown` at once, so that a failure half-way
 * leaves nothing behind when the caller runs it.
 */
export async function startStack(options: StackOptions, step: Step, shutdown: Shutdown): Promise<Stack> {
  const { folder, ports } = options;
  const program = await step('n8n is installed', installN8n);

  const postgres = await step('PostgreSQL runs', () =>
    startPostgres({ dataDir: postgresFolder(folder), port: ports?.postgres, durable: options.durable }),
  );
  shutdown.add('PostgreSQL', () => postgres.stop());

  const { supabase, localSupabase } = await provideSupabase(options, postgres, step, shutdown);
  const { twenty, localTwenty } = await provideTwenty(options, step, shutdown);
  const tarball = options.tarball ?? (await step('The package is built and packed', buildPackage));
  const env = await provideQueue(options, step, shutdown);
  const n8n = await step('n8n runs with the package', async (progress) => {
    const n8nOptions = {
      program,
      userFolder: join(folder, 'n8n-user'),
      encryptionKey: await encryptionKey(folder),
      tarball,
      port: ports?.n8n,
      env: { ...options.n8nEnv, ...env },
    };
    const databaseUrl = await makeN8nDatabase(postgres, n8nOptions, progress);
    return await startN8n({ ...n8nOptions, databaseUrl });
  });
  shutdown.add('n8n', () => n8n.stop());
  for (let number = 1; number <= (options.workers ?? 0); number += 1) {
    const worker = await step(`Worker ${number} runs`, () => startN8nWorker({ ...n8n.options, port: undefined }));
    shutdown.add(`worker ${number}`, () => worker.stop());
  }
  if (options.workers && localSupabase) await shareCalls(localSupabase);

  const access = await step('Credentials and workflows are in n8n, published', async () => {
    await importLeadSyncCredentials(n8n.client, { twenty, supabase, callsPerMinute: options.callsPerMinute });
    const logins = await importAccess(n8n.client);
    await publishBundle(n8n.client, { schedules: false });
    return logins;
  });
  return { postgres, supabase, localSupabase, twenty, localTwenty, n8n, access };
}
