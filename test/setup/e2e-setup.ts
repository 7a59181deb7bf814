import { rm } from 'node:fs/promises';
import { printedStep } from '../../stack/report';
import { startGateway } from '../../stack/gateway';
import { makeProjectSecrets } from '../../stack/keys';
import type { Postgres } from '../../stack/postgres';
import { startPostgrest } from '../../stack/postgrest';
import { startStack } from '../../stack/stack';
import { startTwenty } from '../../stack/twenty';
import { makeDataFolder } from './data-folder';
import { running } from './running';

const EMPTY_DATABASE = 'empty';

/** A Supabase project to which nobody has applied the migrations. */
async function startEmptySupabase(postgres: Postgres): Promise<{ url: string; serviceKey: string }> {
  await postgres.createDatabase(EMPTY_DATABASE);
  const keys = await makeProjectSecrets();
  const databaseUrl = postgres.url(EMPTY_DATABASE, 'authenticator');
  const postgrest = await startPostgrest({ databaseUrl, jwtSecret: keys.jwtSecret });
  running.add('PostgREST of the empty project', () => postgrest.stop());
  const gateway = await startGateway({ postgrestUrl: postgrest.url, keys });
  running.add('gateway of the empty project', () => gateway.stop());
  return { url: gateway.url, serviceKey: keys.secretKey };
}

/** Starts everything, a real n8n included, with no leads in it, and tells the e2e tests the addresses in the environment. */
export default async function e2eSetup(): Promise<void> {
  const folder = await makeDataFolder();
  running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    const { n8n, access, twenty, localSupabase, postgres } = await startStack({ folder }, printedStep, running);
    if (!localSupabase) throw new Error('The e2e tests need the local Supabase.');
    process.env.TEST_N8N_URL = n8n.url;
    process.env.TEST_N8N_ACCESS = JSON.stringify(access);
    process.env.TEST_N8N_OPTIONS = JSON.stringify(n8n.options);
    process.env.TEST_TWENTY_URL = twenty.url;
    process.env.TEST_TWENTY_API_KEY = twenty.apiKey;
    process.env.TEST_DATABASE_URL = localSupabase.databaseUrl;
    process.env.TEST_SUPABASE_URL = localSupabase.url;
    process.env.TEST_SUPABASE_SERVICE_KEY = localSupabase.serviceKey;
    process.env.TEST_SUPABASE_PUBLISHABLE_KEY = localSupabase.anonKey;
    const bare = await printedStep('A Twenty that nobody has prepared runs', () => startTwenty());
    running.add('bare Twenty', () => bare.stop());
    process.env.TEST_BARE_TWENTY_URL = bare.url;
    process.env.TEST_BARE_TWENTY_API_KEY = bare.apiKey;
    const empty = await printedStep('A Supabase without the migrations runs', () => startEmptySupabase(postgres));
    process.env.TEST_EMPTY_SUPABASE_URL = empty.url;
    process.env.TEST_EMPTY_SUPABASE_SERVICE_KEY = empty.serviceKey;
  } catch (error) {
    await running.run();
    throw error;
  }
}
