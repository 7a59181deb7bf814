import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '../../stack/postgres';
import type { Shutdown } from '../../stack/shutdown';
import { startSupabase, type Supabase } from '../../stack/supabase';
import { toldStep } from '../progress';

export interface Store {
  postgres: Postgres;
  supabase: Supabase;
  /** Connected as the owner of the tables. */
  client: Client;
}

/** A lead store of its own, empty, without Twenty and n8n: PostgreSQL in a temporary folder, PostgREST, schema. */
export async function startStore(shutdown: Shutdown): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-sync-bench-'));
  await chmod(folder, 0o711); // PostgreSQL runs as a user of its own
  shutdown.add('data folder', () => rm(folder, { recursive: true, force: true }));
  const postgres = await toldStep('PostgreSQL', () => startPostgres({ dataDir: join(folder, 'postgres') }));
  shutdown.add('PostgreSQL', () => postgres.stop());
  const supabase = await toldStep('Supabase', () => startSupabase(postgres));
  shutdown.add('Supabase', () => supabase.stop());
  const client = new Client({ connectionString: supabase.databaseUrl });
  await client.connect();
  shutdown.add('connection', () => client.end());
  return { postgres, supabase, client };
}
