import { setTimeout as delay } from 'node:timers/promises';
import { applyMigrations } from '../database/migrations';
import { withDatabase } from '../database/open';
import { schemaVersion } from '../database/schema';
import { CliError } from '../failure';
import { SupabaseError, type SupabaseApi } from '../supabase/api';
import { done, unchanged, type Ending } from '../terminal/report';

/** How long PostgREST may take to read a new schema; milliseconds. */
const RELOAD_PATIENCE_MS = 30_000;

/** Applies the schema, or brings an older one up to date. @throws `MigrationError` */
export async function applySchema(databaseUrl: string): Promise<Ending> {
  const before = await withDatabase(databaseUrl, schemaVersion);
  await applyMigrations({ databaseUrl });
  const after = await withDatabase(databaseUrl, schemaVersion);
  if (before === null) return done(`version ${after?.version} was made`);
  if (before.version !== after?.version) return done(`brought from version ${before.version} to ${after?.version}`);
  return before.entry === after.entry
    ? unchanged(`version ${after.version} is there`)
    : done(`version ${after.version} was applied anew`);
}

/** Waits until the API shows the schema. @throws SupabaseError, CliError where it shows another database's */
export async function checkApi(databaseUrl: string, supabase: SupabaseApi): Promise<Ending> {
  const giveUp = Date.now() + RELOAD_PATIENCE_MS;
  for (;;) {
    try {
      await supabase.rpc('get_sync_metrics');
      break;
    } catch (error) {
      const isLate = error instanceof SupabaseError && error.kind === 'missing_migrations';
      if (!isLate) throw error;
      if (Date.now() > giveUp) throw staleApi(supabase.url);
    }
    await delay(500);
  }
  const [own] = await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ at: string }>(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at from public.lead_sync_history order by id limit 1`,
    );
    return rows.map(({ at }) => at);
  });
  const [shown] = await supabase.rows<{ created_at: string }>('lead_sync_history?select=created_at&order=id&limit=1');
  if (own !== undefined && shown !== undefined && !sameInstant(own, shown.created_at))
    throw otherDatabase(supabase.url);
  return unchanged('it shows the schema');
}

/** PostgREST leaves trailing zeros out. */
function sameInstant(own: string, shown: string): boolean {
  const digits = (text: string): string => text.replace(/(\+00:00|Z)$/, '').replace(/\.?0*$/, '');
  return digits(own) === digits(shown) || !/(\+00:00|Z)$/.test(shown);
}

function staleApi(url: string): CliError {
  return new CliError(
    `The schema is in the database, but the API at ${url} does not show it.`,
    "If both are of the same project, run: notify pgrst, 'reload schema' (or restart PostgREST); it has to expose the schema public. Then run this command again.",
  );
}

function otherDatabase(url: string): CliError {
  return new CliError(
    `The API at ${url} shows another database than --database-url.`,
    'Give both of the same project, then run this command again. The schema stays in the database that was named; the command uninstall removes it.',
  );
}
