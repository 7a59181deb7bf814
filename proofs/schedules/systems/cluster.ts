import { mkdtemp, readFile, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPostgres, type Postgres } from '../../../stack/postgres';
import { migrateOnTestClock } from './migrations-on-test-clock';

const TEMPLATE = 'sync_test_template';
/** Who applies the migrations in a Supabase project: no superuser. */
const OWNER = 'postgres';

/** Makes the database that the schedules' databases are copies of, once a cluster. */
export async function makeTemplate(postgres: Postgres): Promise<void> {
  await postgres.createDatabase(TEMPLATE, { owner: OWNER });
  await migrateOnTestClock(postgres.url(TEMPLATE, OWNER));
}

/** A new database for schedules; gives its address. */
export async function makeDatabase(postgres: Postgres, name: string): Promise<string> {
  await postgres.dropDatabase(name);
  await postgres.createDatabase(name, { template: TEMPLATE, owner: OWNER });
  return postgres.url(name);
}

export interface Cluster {
  postgres: Postgres;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own in a folder that goes when it stops. */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-sync-schedules-'));
  await chmod(folder, 0o711);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
    await postgres.execute('template1', await readFile(resolve('stack/supabase-roles.sql'), 'utf8'));
    await makeTemplate(postgres);
    return {
      postgres,
      async stop() {
        await postgres.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
