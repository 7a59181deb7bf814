import type { Config } from 'jest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { signToken } from '../../stack/keys';
import { startPostgres } from '../../stack/postgres';
import { startSupabase } from '../../stack/supabase';
import { makeDataFolder } from './data-folder';
import { running } from './running';

/** Starts a PostgreSQL of its own, PostgREST and the gateway; resolves with their addresses, as the tests find them in the environment. */
async function startOne(folder: string): Promise<Record<string, string>> {
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  running.add('PostgreSQL', () => postgres.stop());
  const supabase = await startSupabase(postgres);
  running.add('Supabase', () => supabase.stop());
  return {
    TEST_DATA_FOLDER: folder,
    TEST_DATABASE_URL: supabase.databaseUrl,
    TEST_SUPABASE_URL: supabase.url,
    TEST_SUPABASE_SERVICE_KEY: supabase.serviceKey,
    TEST_SUPABASE_JWT: supabase.serviceJwt,
    TEST_SUPABASE_JWT_SECRET: supabase.jwtSecret,
    TEST_SUPABASE_API_ROLE_JWT: await signToken('lead_sync_api', supabase.jwtSecret),
    TEST_SUPABASE_ANON_KEY: supabase.anonKey,
  };
}

/** Each of jest's workers has a database of its own, which `own-addresses.ts` names to its tests. */
export default async function globalSetup({ maxWorkers }: Config): Promise<void> {
  const folders = await Promise.all(Array.from({ length: Number(maxWorkers) }, makeDataFolder));
  for (const folder of folders) running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    // The first one installs what is missing.
    const [first, ...others] = folders;
    process.env.TEST_ADDRESSES = JSON.stringify([await startOne(first), ...(await Promise.all(others.map(startOne)))]);
  } catch (error) {
    await running.run();
    throw error;
  }
}
