import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError, type Client } from 'pg';
import { openDatabase } from './connection';
import { packageFolder } from '../package-folder';

/** A migration that could not be applied: the message says what happened and what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

const FOLDER = join(packageFolder(), 'migrations');
const UNINSTALL = 'uninstall.sql';
const OLDEST_SERVER = 150_000;
/** Two runs at once wait for each other; any number of our own serves. */
const ADVISORY_LOCK = 20_202;
const RELOAD_API = "notify pgrst, 'reload schema'";

/** The migrations in the order in which they are applied, e.g. `202_lead_sync_infrastructure.sql`. */
export async function migrationFiles(folder = FOLDER): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.+\.sql$/.test(name));
  return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.localeCompare(b));
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = await openDatabase(databaseUrl);
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
  if (Number(rows[0].version) < OLDEST_SERVER) {
    await client.end();
    throw new MigrationError(`The server runs PostgreSQL ${rows[0].version.slice(0, 2)}; 15 or newer is needed.`);
  }
  return client;
}

function describe(error: unknown, file: string, sql: string): MigrationError {
  if (!(error instanceof DatabaseError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new MigrationError(`${file} was not applied: the connection failed (${reason}). Run the command again.`);
  }
  const line = error.position ? `, line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
  const extras = [error.detail, error.hint && `Hint: ${error.hint}`, error.where && `Where: ${error.where}`];
  const advice =
    error.code === '42501'
      ? 'Apply migrations as the owner of the project (on Supabase: postgres).'
      : error.code === '42704' && /role/.test(error.message)
        ? 'The Supabase roles anon, authenticated and service_role are needed.'
        : '';
  return new MigrationError(
    [`${file}${line}: ${error.message} (${error.code}). Nothing of this file was applied.`, ...extras, advice]
      .filter(Boolean)
      .join('\n'),
  );
}

async function applyFile(client: Client, folder: string, file: string): Promise<void> {
  const sql = await readFile(join(folder, file), 'utf8');
  try {
    await client.query('begin');
    await client.query(`select pg_catalog.pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    // a lost connection has rolled back by itself, and its error is the one to tell
    await client.query('rollback').catch(() => undefined);
    throw describe(error, file, sql);
  }
}

export interface MigrationOptions {
  databaseUrl: string;
  folder?: string;
  /** Told before each file. */
  onFile?: (file: string) => void;
  /** Told what the database warns of, e.g. that a role stays. */
  onWarning?: (message: string) => void;
}

async function applyFiles(options: MigrationOptions, files: string[]): Promise<void> {
  const { databaseUrl, folder = FOLDER, onFile, onWarning } = options;
  const client = await connect(databaseUrl);
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') onWarning?.(message ?? '');
  });
  client.on('error', () => undefined); // the running query reports a lost connection
  try {
    for (const file of files) {
      onFile?.(file);
      await applyFile(client, folder, file);
    }
    await client.query(RELOAD_API);
  } finally {
    await client.end();
  }
}

/**
 * Applies every migration in the order of its number, each file in a transaction of its own, and makes PostgREST see the
 * result. Applying again is harmless. Returns the files; rejects with a {@link MigrationError} or a `ConnectionError`.
 */
export async function applyMigrations(options: MigrationOptions): Promise<string[]> {
  const files = await migrationFiles(options.folder);
  if (files.length === 0) throw new MigrationError(`There are no migrations in ${options.folder ?? FOLDER}.`);
  await applyFiles(options, files);
  return files;
}

/**
 * Removes what the migrations made, leads included, unless something else depends on it. Rejects with a {@link MigrationError} or a
 * `ConnectionError`.
 */
export async function uninstall(options: MigrationOptions): Promise<void> {
  await applyFiles(options, [UNINSTALL]);
}
