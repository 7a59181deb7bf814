import { join } from 'node:path';
import { startN8n, type N8n } from './n8n';
import { makeN8nDatabase } from './n8n-database';
import { installN8n } from './n8n-install';
import { startPostgres, type Postgres } from './postgres';
import type { Step } from './report';
import type { Shutdown } from './shutdown';
import { buildPackage, encryptionKey, postgresFolder } from './stack';
import { makeEmptyDatabase, startProject, type Supabase } from './supabase';
import { startTwenty, type Twenty } from './twenty';

/** What the command `setup` finds at somebody who has all three systems and nothing of ours in them but the package in n8n. */
export interface BareStack {
  postgres: Postgres;
  /** The project's database, as the owner of a hosted one: no superuser. */
  databaseUrl: string;
  supabase: Supabase;
  twenty: Twenty;
  n8n: N8n;
  /** A key for n8n's public API that may do what the command asks for. */
  n8nApiKey: string;
}

const DATABASE = 'project';

/** What the command needs of n8n's public API. */
export const N8N_SCOPES = [
  ...['create', 'read', 'update', 'delete', 'list', 'activate', 'deactivate'].map((right) => `workflow:${right}`),
  ...['create', 'update', 'delete', 'list'].map((right) => `credential:${right}`),
  ...['read', 'list'].map((right) => `execution:${right}`),
];

/** Starts it; like `startStack`, but with nothing set up. */
export async function startBareStack(folder: string, step: Step, shutdown: Shutdown): Promise<BareStack> {
  const program = await step('n8n is installed', installN8n);
  const postgres = await step('PostgreSQL runs', () => startPostgres({ dataDir: postgresFolder(folder) }));
  shutdown.add('PostgreSQL', () => postgres.stop());
  const databaseUrl = await makeEmptyDatabase(postgres, DATABASE);
  const supabase = await step('Supabase runs', () => startProject(postgres, DATABASE));
  shutdown.add('Supabase', () => supabase.stop());
  const twenty = await step('The Twenty double runs', () => startTwenty());
  shutdown.add('Twenty double', () => twenty.stop());
  const tarball = await step('The package is built and packed', buildPackage);
  const n8n = await step('n8n runs with the package', async (progress) => {
    const options = {
      program,
      userFolder: join(folder, 'n8n-user'),
      encryptionKey: await encryptionKey(folder),
      tarball,
    };
    return await startN8n({ ...options, databaseUrl: await makeN8nDatabase(postgres, options, progress) });
  });
  shutdown.add('n8n', () => n8n.stop());
  return { postgres, databaseUrl, supabase, twenty, n8n, n8nApiKey: await n8n.client.makeApiKey(N8N_SCOPES) };
}
