import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError, type Client } from 'pg';
import { openDatabase } from './connection';
import { hasUnmarkedInstall, namesTaken, withPrefix } from './own-names';
import { CliError } from '../failure';
import { packageFolder } from '../package-folder';

/** A schema that could not be applied: the message says what happened and what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

const FOLDER = join(packageFolder(), 'migrations');
const OLDEST_SERVER = 150_000;
/** Two runs at once wait for each other; any number of our own serves. */
const ADVISORY_LOCK = 20_202;
const RELOAD_API = "notify pgrst, 'reload schema'";

async function connect(databaseUrl: string): Promise<Client> {
  const client = await openDatabase(databaseUrl);
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
  if (Number(rows[0].version) < OLDEST_SERVER) {
    await client.end();
    throw new MigrationError(`The server runs PostgreSQL ${rows[0].version.slice(0, 2)}; 15 or newer is needed.`);
  }
  return client;
}

/** Where in a script an error is: `values/clean.sql, line 3`, by the headings that name the sources, or else the script's own line. */
function placeOf(position: string | undefined, name: string, sql: string): string {
  const before = sql.slice(0, Number(position ?? 0));
  const heading = [...before.matchAll(/^-- (\S+\.sql)$/gm)].at(-1);
  if (position === undefined) return name;
  const lines = (text: string): number => text.split('\n').length;
  return heading ? `${heading[1]}, line ${lines(before.slice(heading.index)) - 1}` : `${name}, line ${lines(before)}`;
}

function describe(error: unknown, name: string, sql: string): MigrationError {
  if (!(error instanceof DatabaseError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new MigrationError(`${name} was not applied: the connection failed (${reason}). Run the command again.`);
  }
  const extras = [error.detail, error.hint && `Hint: ${error.hint}`, error.where && `Where: ${error.where}`];
  const advice =
    error.code === '42501'
      ? 'Apply it as the owner of the project (on Supabase: postgres).'
      : error.code === '42704' && /role/.test(error.message)
        ? 'The Supabase roles anon, authenticated and service_role are needed.'
        : '';
  const place = placeOf(error.position, name, sql);
  return new MigrationError(
    [`${place}: ${error.message} (${error.code}). Nothing was applied.`, ...extras, advice].filter(Boolean).join('\n'),
  );
}

export interface MigrationOptions {
  databaseUrl: string;
  /** Told what the database warns of, e.g. that a role stays. */
  onWarning?: (message: string) => void;
}

/** In one transaction: a schema gives way to names that the project has, and what `work` finds can be had without the schema staying. */
async function inScript<T>(
  { databaseUrl, onWarning }: MigrationOptions,
  name: string,
  script: string,
  { stays, work }: { stays: boolean; work: (client: Client) => Promise<T> },
): Promise<T> {
  let sql = script;
  const client = await connect(databaseUrl);
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') onWarning?.(message ?? '');
  });
  client.on('error', () => undefined); // the running query reports a lost connection
  try {
    await client.query('begin');
    await client.query(`select pg_catalog.pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    if (name === SCHEMA) {
      // what comes before the check of names marks what 0.1.0 made
      if (await hasUnmarkedInstall(client)) await client.query(script.slice(0, script.indexOf(CHECK_OF_NAMES)));
      sql = withPrefix(script, (await namesTaken(client, script)).prefixed);
    }
    await client.query(sql);
    const result = await work(client);
    await client.query(stays ? 'commit' : 'rollback');
    if (stays) await client.query(RELOAD_API);
    return result;
  } catch (error) {
    // a lost connection has rolled back by itself, and its error is the one to tell
    await client.query('rollback').catch(() => undefined);
    throw error instanceof CliError ? error : describe(error, name, sql);
  } finally {
    await client.end();
  }
}

const SCHEMA = 'The schema';
const CHECK_OF_NAMES = 'select lead_sync.begin_migration(';
const stays = { stays: true, work: () => Promise.resolve() };

/** `lead-sync-1.sql` and `lead-sync-2.sql` of the package, for one transaction. */
export async function readSchemaScript(): Promise<string> {
  const scripts = ['lead-sync-1.sql', 'lead-sync-2.sql'].map((name) => readFile(join(FOLDER, name), 'utf8'));
  return (await Promise.all(scripts)).join('');
}

/** What `work` finds where the schema would be there; then all of it is taken back. Rejects as {@link applyMigrations}. */
export async function rollBackSchema<T>(options: MigrationOptions, work: (client: Client) => Promise<T>): Promise<T> {
  return await inScript(options, SCHEMA, await readSchemaScript(), { stays: false, work });
}

/**
 * Applies the schema in one transaction, that of the package unless another script is given, and makes PostgREST see the
 * result. Applying again changes nothing. Names that the project has already get a prefix, see `own-names.ts`. Rejects with a {@link MigrationError},
 * a `ConnectionError`, or a `CliError` where functions are in the way.
 */
export async function applyMigrations(options: MigrationOptions & { script?: string }): Promise<void> {
  await inScript(options, SCHEMA, options.script ?? (await readSchemaScript()), stays);
}

/**
 * Removes what {@link applyMigrations} made, leads included, unless something else depends on it. Rejects with a {@link MigrationError}
 * or a `ConnectionError`.
 */
export async function uninstall(options: MigrationOptions): Promise<void> {
  const name = 'uninstall.sql';
  await inScript(options, name, await readFile(join(FOLDER, name), 'utf8'), stays);
}
