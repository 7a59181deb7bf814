import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { signToken } from '../../stack/keys';
import { startPostgres } from '../../stack/postgres';
import { startSupabase } from '../../stack/supabase';
import { makeDataFolder } from './data-folder';
import { running } from './running';

/** Starts PostgreSQL, PostgREST and the gateway for the database tests and tells them the addresses in the environment. */
export default async function globalSetup(): Promise<void> {
  const folder = await makeDataFolder();
  running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
    running.add('PostgreSQL', () => postgres.stop());
    const supabase = await startSupabase(postgres);
    running.add('Supabase', () => supabase.stop());
    process.env.TEST_DATA_FOLDER = folder;
    process.env.TEST_DATABASE_URL = supabase.databaseUrl;
    process.env.TEST_SUPABASE_URL = supabase.url;
    process.env.TEST_SUPABASE_SERVICE_KEY = supabase.serviceKey;
    process.env.TEST_SUPABASE_JWT = supabase.serviceJwt;
    process.env.TEST_SUPABASE_JWT_SECRET = supabase.jwtSecret;
    process.env.TEST_SUPABASE_API_ROLE_JWT = await signToken('lead_sync_api', supabase.jwtSecret);
    process.env.TEST_SUPABASE_ANON_KEY = supabase.anonKey;
  } catch (error) {
    await running.run();
    throw error;
  }
}
