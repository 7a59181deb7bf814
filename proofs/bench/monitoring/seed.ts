import type { Client } from 'pg';
import { applyMigrations } from '../../../cli/database/migrations';
import { schemaScript } from '../../../stack/schema';
import { toldStep } from '../../progress';
import type { MonitoringOptions } from './options';

const DAYS = 30;
/** This much of the newest history goes in as the sync writes it. */
const RECENT_HOURS = 3;
/** Leads that a push settles at once. */
const BATCH = 600;
const SEGMENTS = 8;

/** Leads past the triggers, which would take minutes; what these keep is worked out at the end. 2 in 1,000 wait, 1 in 1,000 fails, 1 in 10,000 is dead. */
async function seedLeads(client: Client, leads: number): Promise<void> {
  await client.query(`begin; set local session_replication_role = 'replica'`);
  await client.query(
    `insert into public.customer_segments (segment_name) select 'Segment ' || i from generate_series(1, ${SEGMENTS}) as i`,
  );
  await client.query(
    `insert into public.leads (id, twenty_id, first_name, last_name, email, company_name, lead_source, lead_score, segment_id, sync_status,
       sync_direction, sync_error_count, sync_error_message, last_synced_at, created_at, updated_at)
     select t.id, t.id, 'First ' || i, 'Last ' || i, 'lead' || i || '@example.com', 'Company ' || i % 50000, (array['website', 'webinar', 'meta'])[1 + i % 3],
       i % 101, s.ids[1 + i % ${SEGMENTS}], t.status, (array['twenty_to_supabase', 'supabase_to_twenty'])[1 + i % 2],
       case t.status when 'error' then 1 + i / 1000 % 8 else 0 end, case t.status when 'error' then 'validation: Invalid phone ' || i % 7 end,
       now() - make_interval(mins => i % 43200), now() - make_interval(mins => i % 43200), now() - make_interval(mins => i % 43200)
     from generate_series(1, $1::integer) as i
     cross join lateral (
       select md5('lead ' || i)::uuid as id,
         case when i % 1000 < 2 then 'pending' when i % 1000 = 2 then 'error' when i % 50000 = 3 then 'syncing' else 'synced' end as status
     ) as t
     cross join (select array_agg(id order by segment_name) as ids from public.customer_segments) as s`,
    [leads],
  );
  await client.query(
    `insert into lead_sync.lead_states (lead_id, remote_created_at, remote_updated_at, merged_at, due_at, due_since, claim_token, error_category, error_at)
     select l.id, l.created_at, l.updated_at, l.updated_at,
       case when l.sync_status in ('pending', 'syncing') or (l.sync_status = 'error' and l.sync_error_count < 8) then now() - interval '5 minutes' end,
       case when l.sync_status <> 'synced' then l.updated_at end,
       case l.sync_status when 'syncing' then gen_random_uuid() end,
       case l.sync_status when 'error' then 'validation' end, case l.sync_status when 'error' then l.updated_at end
     from public.leads as l`,
  );
  await client.query('commit');
  await client.query('select lead_sync.recount_leads()');
}

/** A run for every 5 minutes of 30 days, alternately of each direction and now and then a reconciliation; 20,000 conflicts, a tenth of them open. */
async function seedRuns(client: Client): Promise<void> {
  await client.query(
    `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, figures, started_at, finished_at)
     select d.direction, case d.direction when 'bidirectional' then 'reconcile' else 'delta' end, 'scheduled', 'succeeded', now(),
       '{"twenty_calls": 4, "compared": 1000, "different": 2}', now() - make_interval(mins => 5 * i), now() - make_interval(mins => 5 * i)
     from generate_series(1, ${DAYS * 288}) as i
     cross join lateral (
       select case when i % 12 = 0 then 'bidirectional' when i % 3 = 0 then 'twenty_to_supabase' else 'supabase_to_twenty' end as direction
     ) as d`,
  );
  await client.query(
    `insert into public.lead_sync_conflicts (lead_id, field, winner, reason, created_at, resolved_at, resolution)
     select l.id, 'phone', 'twenty', 'both sides changed', l.created_at, case when n % 10 > 0 then now() end, case when n % 10 > 0 then 'neither' end
     from (select id, created_at, row_number() over () as n from public.leads limit 20000) as l`,
  );
}

const HISTORY_INSERT = `
  insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
  select md5('lead ' || 1 + (i * 7919::bigint) % $3)::uuid, (array['scheduled_pull', 'scheduled_push', 'webhook_update'])[1 + i % 3],
    (array['twenty_to_supabase', 'supabase_to_twenty', 'twenty_to_supabase'])[1 + i % 3],
    case when i % 50 = 0 then 'error' else 'synced' end, array['phone', 'job_title'],
    case when i % 50 = 0 then (array['validation: Invalid phone', 'rate_limit: wait', 'server: 502', 'conflict: taken'])[1 + i % 4] end,
    t.at - make_interval(secs => 1 + i % 900), t.at
  from generate_series($1::bigint, $2::bigint - 1) as i
  cross join lateral (select now() - interval '${DAYS} days' + i * (interval '${DAYS} days' / $4::double precision) as at) as t`;

/**
 * History, 2 % errors, spread evenly. The older part goes in past the trigger, a day at a time and without the indexes that random ids slow down; the
 * migrations, applied again, make both up. The last hours go in as the sync writes them: in batches, through the trigger.
 */
async function seedHistory(
  client: Client,
  databaseUrl: string,
  { leads, history }: MonitoringOptions,
  told: (message: string) => void,
): Promise<void> {
  const insert = (from: number, until: number): Promise<unknown> =>
    client.query(HISTORY_INSERT, [from, until, leads, history]);
  const old = Math.floor(history * (1 - RECENT_HOURS / (24 * DAYS)));
  await client.query('truncate public.lead_sync_history, lead_sync.activity');
  await client.query(
    'drop index public.lead_sync_history_lead_idx, public.lead_sync_history_errors_idx, public.lead_sync_history_synced_at_idx',
  );
  await client.query(`set session_replication_role = 'replica'`);
  const perDay = Math.ceil(history / DAYS);
  for (let from = 0; from < old; from += perDay) {
    const until = Math.min(old, from + perDay);
    await insert(from, until);
    told(`${until.toLocaleString('en-US')} rows`);
  }
  await client.query(`set session_replication_role = 'origin'`);
  await applyMigrations({ databaseUrl, script: await schemaScript() });
  for (let from = old; from < history; from += BATCH) await insert(from, Math.min(history, from + BATCH));
}

/** Fills an empty, migrated database. `ownerUrl`: the address for the role that owns the tables. */
export async function seedMonitoring(client: Client, ownerUrl: string, options: MonitoringOptions): Promise<void> {
  await toldStep(`${options.leads.toLocaleString('en-US')} leads`, () => seedLeads(client, options.leads));
  await toldStep('Runs and conflicts', () => seedRuns(client));
  await toldStep(`${options.history.toLocaleString('en-US')} rows of history`, (told) =>
    seedHistory(client, ownerUrl, options, told),
  );
  await toldStep('Statistics', () => client.query('vacuum analyze'));
}
