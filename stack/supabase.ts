import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGateway, type Gateway } from './gateway';
import { makeProjectSecrets } from './keys';
import { applyMigrations } from '../cli/database/migrations';
import { schemaScript } from './schema';
import { freePort } from './ports';
import type { Postgres } from './postgres';
import { startPostgrest, type Postgrest } from './postgrest';
import { Shutdown } from './shutdown';

/** The database that PostgREST serves. */
export const DATABASE = 'leads';
/** The same, migrated and empty: the template for further databases of a test. */
export const TEMPLATE_DATABASE = 'leads_template';
const OWNER = 'postgres';

export interface Supabase {
  /** The project's URL, as supabase-js wants it. */
  url: string;
  serviceKey: string;
  anonKey: string;
  /** The older form of the service key. */
  serviceJwt: string;
  /** What the project's tokens are signed with. */
  jwtSecret: string;
  /** As superuser. */
  databaseUrl: string;
  gateway: Gateway;
  postgrest: Postgrest;
  /** Stops PostgREST and the gateway; the database keeps running. */
  stop(): Promise<void>;
}

/** Makes a database as a new project has it: with Supabase's roles and rights, and nothing in it. Returns its owner's address. */
export async function makeEmptyDatabase(postgres: Postgres, name: string): Promise<string> {
  await postgres.execute('template1', await readFile(join(__dirname, 'supabase-roles.sql'), 'utf8'));
  await postgres.createDatabase(name, { owner: OWNER });
  return postgres.url(name, OWNER);
}

/** New and empty but for the schema; roles and rights come with every database of the cluster. */
async function makeDatabases(postgres: Postgres): Promise<void> {
  await postgres.dropDatabase(DATABASE);
  await postgres.dropDatabase(TEMPLATE_DATABASE);
  const databaseUrl = await makeEmptyDatabase(postgres, TEMPLATE_DATABASE);
  await applyMigrations({ databaseUrl, script: await schemaScript() });
  await postgres.createDatabase(DATABASE, { owner: OWNER, template: TEMPLATE_DATABASE });
}

interface Ports {
  gateway: number;
  postgrest?: number;
}

/**
 * Starts what a Supabase project is to this product, in a running PostgreSQL: a new database with the roles and the
 * schema, PostgREST, and the gateway that knows the keys.
 */
export async function startSupabase(postgres: Postgres, ports?: Ports): Promise<Supabase> {
  await makeDatabases(postgres);
  return await startProject(postgres, DATABASE, ports);
}

/** Starts PostgREST and the gateway for a database, with new keys. What was started is stopped again when a later part fails. */
export async function startProject(postgres: Postgres, database: string, ports?: Ports): Promise<Supabase> {
  const secrets = await makeProjectSecrets();
  const shutdown = new Shutdown();
  const postgrest = await startPostgrest({
    databaseUrl: postgres.url(database, 'authenticator'),
    jwtSecret: secrets.jwtSecret,
    port: ports?.postgrest,
  });
  shutdown.add('PostgREST', () => postgrest.stop());
  try {
    const port = await freePort(ports?.gateway);
    const gateway = await startGateway({ postgrestUrl: postgrest.url, keys: secrets, port });
    shutdown.add('gateway', () => gateway.stop());
    return {
      url: gateway.url,
      serviceKey: secrets.secretKey,
      anonKey: secrets.publishableKey,
      serviceJwt: secrets.serviceJwt,
      jwtSecret: secrets.jwtSecret,
      databaseUrl: postgres.url(database),
      gateway,
      postgrest,
      stop: () => shutdown.run(),
    };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
