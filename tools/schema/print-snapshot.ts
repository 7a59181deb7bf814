/** `gulp snapshotSchema`: applies the sources to a new database and writes down what they make. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { applyMigrations } from '../../cli/database/migrations';
import { startPostgres } from '../../stack/postgres';
import { schemaScript } from '../../stack/schema';
import { schemaSnapshot, SNAPSHOT } from './snapshot';

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-sync-schema-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  try {
    await postgres.execute('template1', await readFile('stack/supabase-roles.sql', 'utf8'));
    await postgres.createDatabase('snapshot', { owner: 'postgres' });
    const databaseUrl = postgres.url('snapshot', 'postgres');
    await applyMigrations({ databaseUrl, script: await schemaScript() });
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await writeFile(SNAPSHOT, await schemaSnapshot(client));
    await client.end();
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
