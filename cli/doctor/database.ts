import type { Client } from 'pg';
import { SCHEMA_VERSION } from '../../nodes/SupabaseLeads/schema-version';
import { leadsTable, schemaVersion } from '../database/schema';
import { bad, clock, looker, ok, warn, type Finding, type Seen } from './finding';

/** Age of the last nightly maintenance from which something is wrong; hours. */
const MAINTENANCE_HOURS = 50;
const CROWDED = 0.8;

async function one<T extends object>(client: Client, query: string, values: unknown[] = []): Promise<T> {
  return (await client.query<T>(query, values)).rows[0];
}

async function schema(client: Client): Promise<Seen> {
  const held = await schemaVersion(client);
  if (held === null) return bad('there is no schema of lead sync', 'Run: setup');
  if (held.version === SCHEMA_VERSION) return ok(`version ${held.version}`);
  return held.version < SCHEMA_VERSION
    ? bad(`version ${held.version} is older than this command (${SCHEMA_VERSION})`, 'Run: upgrade')
    : bad(
        `version ${held.version} is newer than this command (${SCHEMA_VERSION})`,
        'Run: npx n8n-nodes-lead-sync@latest doctor',
      );
}

/**
 * What of ours lies in `public` has to be there for the role of the API, and closed to that of visitors; but for the leads
 * themselves, which people may open to their own forms.
 */
async function grants(client: Client): Promise<Seen> {
  const { closed, open } = await one<{ closed: string[]; open: string[] }>(
    client,
    `select
      coalesce(array_agg(o.identity) filter (where not case o.kind
        when 'routine' then has_function_privilege('service_role', o.object, 'execute')
        else has_table_privilege('service_role', o.object, 'select') end), '{}') as closed,
      coalesce(array_agg(o.identity) filter (where o.identity <> '${await leadsTable(client)}' and case o.kind
        when 'routine' then has_function_privilege('anon', o.object, 'execute')
        else has_table_privilege('anon', o.object, 'select') end), '{}') as open
    from lead_sync.list_objects() as o
    where o.marked and not o.part and o.schema_name = 'public' and o.kind in ('table', 'view', 'materialized view', 'routine')`,
  );
  if (open.length > 0) {
    return bad(
      `visitors with the publishable key may reach ${listed(open)}`,
      'Run: upgrade. It takes the rights away again; if they come back, look for default privileges or grants of your own.',
    );
  }
  return closed.length > 0
    ? bad(`service_role may not reach ${listed(closed)}`, 'Run: upgrade. It grants them again.')
    : ok('as they should be');
}

async function protection(client: Client): Promise<Seen> {
  const { unprotected, silenced } = await one<{ unprotected: string[]; silenced: string[] }>(
    client,
    `select
      array(select c.oid::regclass::text from lead_sync.list_objects() as o join pg_catalog.pg_class as c on c.oid = o.object
        where o.marked and o.kind = 'table' and not o.part and not c.relrowsecurity) as unprotected,
      array(select t.tgname::text from pg_catalog.pg_trigger as t
        where t.tgrelid = '${await leadsTable(client)}'::regclass and not t.tgisinternal and t.tgenabled = 'D') as silenced`,
  );
  if (unprotected.length > 0)
    return bad(`row level security is off on ${listed(unprotected)}`, 'Run: upgrade. It turns it on again.');
  if (silenced.length > 0) {
    return bad(
      `triggers of public.leads are switched off: ${listed(silenced)}`,
      'Run: alter table public.leads enable trigger all; the next reconciliation finds what was written meanwhile.',
    );
  }
  return ok('row level security is on, no trigger is off');
}

async function room(client: Client): Promise<Seen> {
  const { size, readonly, used } = await one<{ size: string; readonly: string; used: number }>(
    client,
    `select pg_size_pretty(pg_database_size(current_database())) as size, current_setting('transaction_read_only') as readonly,
      (select count(*) from pg_catalog.pg_stat_activity)::float / current_setting('max_connections')::float as used`,
  );
  if (readonly === 'on') {
    return bad(
      `the database takes no writes (it holds ${size})`,
      'Supabase does so when the disk is full: enlarge it under Settings › Compute and Disk. Of a read replica, give the address of the primary.',
    );
  }
  if (used > CROWDED)
    return warn(
      `${Math.round(used * 100)} % of its connections are taken`,
      'Look who holds them: select * from pg_stat_activity.',
    );
  return ok(`it holds ${size} and takes writes`);
}

async function history(client: Client): Promise<Seen> {
  const { size, hours, days, kept, settled } = await one<{
    size: string;
    hours: number | null;
    days: number | null;
    kept: number;
    settled: boolean;
  }>(
    client,
    `select pg_size_pretty(pg_total_relation_size('public.lead_sync_history')) as size,
      (select extract(epoch from now() - max(last_at)) / 3600 from lead_sync.maintenance_tasks)::float as hours,
      (select extract(epoch from now() - min(created_at)) / 86400 from public.lead_sync_history)::float as days,
      (select history_days from lead_sync.settings) as kept,
      exists (select from public.lead_sync_runs where started_at < now() - interval '50 hours') as settled`,
  );
  const state = `the history holds ${size}`;
  if (!settled) return ok(state);
  if (hours === null || hours > MAINTENANCE_HOURS || (days ?? 0) > kept + 3) {
    const last = hours === null ? 'maintenance never ran' : `maintenance ran ${Math.round(hours)} hours ago`;
    return warn(
      `${state}, and ${last}`,
      'Run: resume lead-sync-maintenance; by hand: select public.run_sync_maintenance().',
    );
  }
  return ok(`${state}; maintenance keeps ${kept} days`);
}

const listed = (names: string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');

export async function lookAtDatabase(client: Client, findings: Finding[]): Promise<void> {
  const look = looker('Database', findings);
  await look('Clock', async () => {
    const { at } = await one<{ at: Date }>(client, 'select clock_timestamp() as at');
    return clock(at.getTime() - Date.now());
  });
  await look('Schema', () => schema(client));
  if (findings.at(-1)?.detail.startsWith('there is no schema')) return;
  await look('Rights', () => grants(client));
  await look('Protection', () => protection(client));
  await look('Room', () => room(client));
  await look('History', () => history(client));
}
