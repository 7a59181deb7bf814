import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './ports';
import { startGateway, type Gateway } from './gateway';
import { makeProjectSecrets } from './keys';
import { applyMigrations } from './migrations';
import { startPostgres, type Postgres } from './postgres';
import { startPostgrest } from './postgrest';
import { Shutdown } from './shutdown';

/** The database that PostgREST serves. */
export const DATABASE = 'leads';
/** The same, migrated and empty: the template for further databases of a test. */
export const TEMPLATE_DATABASE = 'leads_template';
const OWNER = 'postgres';

export interface SupabaseOptions {
  dataDir: string;
  /** Ports to wish for; any free ones when left out. */
  ports?: { postgres: number; postgrest: number; gateway: number };
  /** Survive a power cut; off unless told. */
  durable?: boolean;
}

export interface Supabase {
  /** The project's URL, as supabase-js wants it. */
  url: string;
  serviceKey: string;
  anonKey: string;
  /** The older form of the service key. */
  serviceJwt: string;
  /** As superuser. */
  databaseUrl: string;
  postgres: Postgres;
  gateway: Gateway;
  stop(): Promise<void>;
}

/** Roles and rights come with every database of the cluster. */
async function prepareDatabases(postgres: Postgres): Promise<void> {
  await postgres.execute('template1', await readFile(join(__dirname, 'supabase-roles.sql'), 'utf8'));
  await postgres.createDatabase(TEMPLATE_DATABASE, { owner: OWNER });
  await applyMigrations({ databaseUrl: postgres.url(TEMPLATE_DATABASE, OWNER) });
  await postgres.createDatabase(DATABASE, { owner: OWNER, template: TEMPLATE_DATABASE });
  await applyMigrations({ databaseUrl: postgres.url(DATABASE, OWNER) }); // a kept database may be of an older version
}

/**
 * Starts what a Supabase project is to this product: PostgreSQL with the roles and the migrations, PostgREST, and the
 * gateway that knows the keys. All or nothing: what was started is stopped again when a later part fails.
 */
export async function startSupabase({ dataDir, ports, durable }: SupabaseOptions): Promise<Supabase> {
  const shutdown = new Shutdown();
  try {
    const postgres = await startPostgres({ dataDir, port: ports?.postgres, durable });
    shutdown.add('PostgreSQL', () => postgres.stop());
    await prepareDatabases(postgres);
    const secrets = await makeProjectSecrets();
    const postgrest = await startPostgrest({
      databaseUrl: postgres.url(DATABASE, 'authenticator'),
      jwtSecret: secrets.jwtSecret,
      port: ports?.postgrest,
    });
    shutdown.add('PostgREST', () => postgrest.stop());
    const gateway = await startGateway({
      postgrestUrl: postgrest.url,
      keys: secrets,
      port: await freePort(ports?.gateway),
    });
    shutdown.add('gateway', () => gateway.stop());
    return {
      url: gateway.url,
      serviceKey: secrets.secretKey,
      anonKey: secrets.publishableKey,
      serviceJwt: secrets.serviceJwt,
      databaseUrl: postgres.url(DATABASE),
      postgres,
      gateway,
      stop: () => shutdown.run(),
    };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
