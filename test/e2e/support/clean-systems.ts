import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { N8N_SCOPES } from '../../../stack/bare';
import { startN8n, type N8n, type N8nOptions } from '../../../stack/n8n';
import { TEMPLATE } from '../../../stack/n8n-database';
import type { SupabaseService, TwentyService } from '../../../stack/services';
import type { Shutdown } from '../../../stack/shutdown';
import { startTwenty } from '../../../stack/twenty';
import { env } from './running-stack';

/** Three systems as a new user has them: nothing of ours in any of them but the package in n8n. */
export interface CleanSystems {
  /** As the owner of a project: no superuser. */
  databaseUrl: string;
  supabase: SupabaseService;
  twenty: TwentyService;
  n8n: N8n;
  /** For n8n's public API. */
  n8nApiKey: string;
  /** The packed package. */
  tarball: string;
}

/** An empty database for another n8n, beside that of the e2e run. */
async function makeDatabase(ofRun: string, name: string): Promise<string> {
  const server = new URL(ofRun);
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  await client.connect();
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.end();
  server.pathname = `/${name}`;
  return server.href;
}

/**
 * The package comes into this n8n as n8n's own installer brings it: from the tarball, without scripts, dev and peer dependencies.
 * @param project which of the empty projects of the run: each is clean once
 */
export async function startCleanSystems(shutdown: Shutdown, project: 'CLEAN' | 'OWN_TABLE'): Promise<CleanSystems> {
  const ofRun = JSON.parse(env('TEST_N8N_OPTIONS')) as N8nOptions;
  const tarball = ofRun.tarball ?? '';
  const userFolder = await mkdtemp(join(tmpdir(), 'lead-sync-n8n-'));
  shutdown.add('folder of n8n', () => rm(userFolder, { recursive: true, force: true }));
  const databaseUrl = await makeDatabase(ofRun.databaseUrl, `n8n_${project.toLowerCase()}`);
  const n8n = await startN8n({ ...ofRun, userFolder, databaseUrl, port: undefined });
  shutdown.add('n8n', () => n8n.stop());
  const twenty = await startTwenty();
  shutdown.add('Twenty', () => twenty.stop());
  return {
    databaseUrl: env(`TEST_${project}_DATABASE_URL`),
    supabase: { url: env(`TEST_${project}_SUPABASE_URL`), serviceKey: env(`TEST_${project}_SUPABASE_SERVICE_KEY`) },
    twenty,
    n8n,
    n8nApiKey: await n8n.client.makeApiKey(N8N_SCOPES),
    tarball,
  };
}
