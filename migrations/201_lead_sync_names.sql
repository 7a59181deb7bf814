-- Whose is what: looks before anything is made whether somebody else's objects have our names, and marks what the migrations make.
-- Every later file begins with begin_migration() and ends with end_migration(), so that each guards itself when it is applied by hand.
-- Apply each file in one transaction: the SQL editor of Supabase does, psql does with -1.

set local lock_timeout = '10s';
set local statement_timeout = '5min';

do $$
begin
  if to_regnamespace('lead_sync') is not null
    and strpos(coalesce(obj_description(to_regnamespace('lead_sync'), 'pg_namespace'), ''), 'Part of n8n-nodes-lead-sync.') = 0
    -- made before there were marks
    and not exists (
      select from pg_catalog.pg_attribute as a
      where a.attrelid = to_regclass('lead_sync.lead_states') and a.attname = 'base_local'
        and col_description(a.attrelid, a.attnum) like 'Per field, the lead''s value when the sides last agreed%'
    )
  then
    raise exception 'There is a schema lead_sync that lead sync did not make.'
      using errcode = 'duplicate_schema', detail = 'Nothing was changed.',
      hint = 'Rename it (alter schema lead_sync rename to …), then apply the migrations again.';
  end if;
end
$$;

create schema if not exists lead_sync;
revoke all on schema lead_sync from public, anon, authenticated;

-- The names in public that the migrations give to tables, views, indexes and functions. One that is missing here fails the tests.
create or replace function lead_sync.names_in_public() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array[
    'add_to_inbox',
    'apply_ai_segments',
    'calculate_lead_scores',
    'check_stale_leads',
    'check_sync_alerts',
    'check_sync_integrity',
    'claim_inbox',
    'classify_lead_segments',
    'company_size_bands',
    'compare_lead_ids',
    'confirm_alert_notifications',
    'confirm_follow_ups',
    'country_names',
    'customer_segments',
    'disable_instant_push',
    'enable_instant_push',
    'finish_sync_run',
    'follow_up_rules',
    'forget_lead',
    'free_email_domains',
    'geo_income_tiers',
    'get_conflicts',
    'get_dashboard',
    'get_dead_letters',
    'get_follow_ups',
    'get_leads_for_sync',
    'get_leads_to_classify',
    'get_leads_to_repair',
    'get_scoring_report',
    'get_scoring_rules',
    'get_sync_metrics',
    'lead_analytics',
    'lead_scoring_groups',
    'lead_scoring_rules',
    'lead_scoring_versions',
    'lead_sync_conflicts',
    'lead_sync_conflicts_created_at_idx',
    'lead_sync_conflicts_id_seq',
    'lead_sync_conflicts_lead_idx',
    'lead_sync_conflicts_open_idx',
    'lead_sync_daily_summary',
    'lead_sync_daily_summary_key',
    'lead_sync_health_dashboard',
    'lead_sync_history',
    'lead_sync_history_errors_idx',
    'lead_sync_history_id_seq',
    'lead_sync_history_lead_idx',
    'lead_sync_history_synced_at_idx',
    'lead_sync_queue',
    'lead_sync_runs',
    'lead_sync_runs_direction_idx',
    'lead_sync_runs_one_running',
    'lead_sync_runs_started_at_idx',
    'leads',
    'leads_created_at_idx',
    'leads_left_out_idx',
    'leads_additional_emails_idx',
    'leads_email_idx',
    'leads_email_key_idx',
    'leads_error_count_idx',
    'leads_rescore_at_idx',
    'leads_score_epoch_idx',
    'leads_segment_id_idx',
    'leads_sync_status_idx',
    'leads_twenty_id_key',
    'load_geo_income_tiers',
    'mark_leads_for_sync',
    'phone_prefixes',
    'preview_scoring_rules',
    'publish_scoring_rules',
    'real_time_sync_activity',
    'refresh_daily_summary',
    'replay_dead_letters',
    'resolve_conflict',
    'roll_back_scoring_rules',
    'run_sync_maintenance',
    'shared_hosts',
    'start_sync_run',
    'sync_error_analysis',
    'sync_monitoring',
    'update_sync_alerts',
    'update_sync_status',
    'upsert_leads'
  ]
$$;

-- The sentence by which an object is known as ours, in its comment: it goes where the object goes, also through a dump, and with it.
create or replace function lead_sync.mark() returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select 'Part of n8n-nodes-lead-sync.'
$$;

-- What lies in public and lead_sync: relations, routines and types that stand for themselves. Indexes and sequences of a table are its
-- table's: marked with it. kind and identity are as COMMENT and DROP want them; part: whose mark counts.
create or replace function lead_sync.list_objects()
returns table (class oid, object oid, schema_name name, object_name name, kind text, identity text, part boolean, marked boolean)
language sql stable set search_path = '' as $$
  select
    'pg_catalog.pg_class'::regclass, c.oid, n.nspname, c.relname,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
      when 'i' then 'index' when 'I' then 'index' else 'table' end,
    format('%I.%I', n.nspname, c.relname),
    w.owner is not null,
    strpos(coalesce(obj_description(coalesce(w.owner, c.oid), 'pg_class'), ''), lead_sync.mark()) > 0
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join lateral (
    select i.indrelid as owner from pg_catalog.pg_index as i where i.indexrelid = c.oid
    union all
    select d.refobjid from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
      and c.relkind = 'S' and d.deptype in ('a', 'i')
  ) as w on true
  where n.nspname in ('public', 'lead_sync')
  union all
  select
    'pg_catalog.pg_proc'::regclass, p.oid, n.nspname, p.proname, 'routine', p.oid::regprocedure::text, false,
    strpos(coalesce(obj_description(p.oid, 'pg_proc'), ''), lead_sync.mark()) > 0
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname in ('public', 'lead_sync')
  union all
  select
    'pg_catalog.pg_type'::regclass, t.oid, n.nspname, t.typname, 'type', t.oid::regtype::text, false,
    strpos(coalesce(obj_description(t.oid, 'pg_type'), ''), lead_sync.mark()) > 0
  from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  where n.nspname in ('public', 'lead_sync') and t.typrelid = 0 and t.typcategory <> 'A' and t.typtype <> 'm'
$$;

-- Refuses to go on while something in public that we did not make has one of our names: one exception names all of it, nothing is changed.
-- Remembers what in lead_sync is not ours, until the end of the transaction.
create or replace function lead_sync.begin_migration() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_in_the_way text;
begin
  select string_agg(format('%s %s', o.kind, o.identity), ', ' order by o.identity) into v_in_the_way
  from lead_sync.list_objects() as o
  where o.schema_name = 'public' and not o.marked and o.object_name = any (lead_sync.names_in_public());
  if v_in_the_way is not null then
    raise exception 'In the way, because lead sync needs these names and did not make what has them: %', v_in_the_way
      using errcode = 'duplicate_object', detail = 'Nothing was changed.',
      hint = 'Rename or move what is yours, e.g. alter table public.leads rename to my_leads, and apply the migrations again. '
        || format('What is lead sync''s own and lost its mark gets it back so: comment on table public.leads is %L.', lead_sync.mark());
  end if;
  perform set_config('lead_sync.foreign_objects', (
    select coalesce(string_agg(o.object::text, ',' order by o.object), '0')
    from lead_sync.list_objects() as o
    where o.schema_name = 'lead_sync' and not o.marked
  ), true);
end
$$;

-- Marks what the migration made; a comment that says what an object is stays, the mark follows it. Where the optional role
-- lead_sync_api is in use it gets its rights on it.
create or replace function lead_sync.end_migration() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_foreign oid[] := string_to_array(nullif(current_setting('lead_sync.foreign_objects', true), ''), ',')::oid[];
  v_object record;
begin
  if v_foreign is null then
    raise exception 'This file was applied in several transactions, so that what it made cannot be told from what was there.'
      using errcode = 'no_active_sql_transaction', hint = 'Apply each file in one transaction, with psql: psql -1 -v ON_ERROR_STOP=1 -f …';
  end if;
  for v_object in
    select o.class, o.object, o.kind, o.identity
    from lead_sync.list_objects() as o
    where not o.marked and not o.part
      and (
        o.schema_name = 'public' and o.object_name = any (lead_sync.names_in_public())
        or o.schema_name = 'lead_sync' and o.object <> all (v_foreign)
      )
  loop
    execute format(
      'comment on %s %s is %L', v_object.kind, v_object.identity,
      concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
    );
  end loop;
  if exists (select from pg_catalog.pg_roles as r where r.rolname = 'lead_sync_api' and has_schema_privilege(r.oid, 'lead_sync', 'usage')) then
    perform lead_sync.grant_to_api_role();
  end if;
end
$$;

-- An install from before there were marks: what is certainly ours is marked, whatever else has our names is found in the way.
do $$
declare
  v_object record;
begin
  if strpos(coalesce(obj_description('lead_sync'::regnamespace, 'pg_namespace'), ''), lead_sync.mark()) > 0
    or to_regclass('lead_sync.lead_states') is null
  then
    return;
  end if;
  for v_object in
    with columns (table_name, names) as (
      values
        ('company_size_bands', 'scheme,from_employees,band'),
        ('country_names', 'name,country'),
        ('customer_segments', 'id,segment_name,description,created_at'),
        ('follow_up_rules', 'rule_key,lowest_score,title,body,due_in_days,assignee_id,max_lead_age_days,enabled'),
        ('free_email_domains', 'domain'),
        ('geo_income_tiers', 'country,region,postal_prefix,tier,source,year'),
        ('lead_scoring_groups', 'rule_group,lowest,highest,description'),
        ('lead_scoring_rules', 'rule_key,rule_group,attribute,operator,value,points,decay_days,enabled'),
        ('lead_scoring_versions', 'version,rules,groups,note,published_at'),
        ('lead_sync_conflicts', 'id,lead_id,run_id,field,winner,supabase_value,twenty_value,reason'),
        ('lead_sync_history', 'id,lead_id,run_id,sync_type,sync_direction,sync_status,fields_changed'),
        ('lead_sync_runs', 'id,direction,mode,trigger,object,policy,status,token,lease_until'),
        ('leads', 'id,twenty_id,first_name,last_name,email'),
        ('phone_prefixes', 'prefix,country')
    )
    select o.class, o.object, o.kind, o.identity
    from lead_sync.list_objects() as o
    where not o.marked and not o.part and (
      o.schema_name = 'lead_sync'
      or o.object_name = any (lead_sync.names_in_public()) and case o.kind
        when 'table' then exists (
          select from columns as k
          where k.table_name = o.object_name and k.names = (
            select string_agg(a.attname, ',' order by a.attnum) from pg_catalog.pg_attribute as a
            where a.attrelid = o.object and a.attnum between 1 and cardinality(string_to_array(k.names, ','))
          )
        )
        when 'view' then pg_get_viewdef(o.object) ~ '\m(leads|lead_sync\w*)\M'
        when 'materialized view' then pg_get_viewdef(o.object) ~ '\mlead_sync\M'
        when 'routine' then exists (
          select from pg_catalog.pg_proc as p
          where p.oid = o.object and p.proconfig @> array['search_path=""'] and p.prosrc ~ '\mlead_sync\.|\mpublic\.leads?\M|\mpublic\.lead_sync'
        )
        else false
      end
    )
  loop
    execute format(
      'comment on %s %s is %L', v_object.kind, v_object.identity,
      concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
    );
  end loop;
end
$$;

-- these came before anything could be remembered
comment on schema lead_sync is 'What lead sync keeps for itself. Part of n8n-nodes-lead-sync.';
comment on function lead_sync.names_in_public() is 'Part of n8n-nodes-lead-sync.';
comment on function lead_sync.mark() is 'Part of n8n-nodes-lead-sync.';
comment on function lead_sync.list_objects() is 'Part of n8n-nodes-lead-sync.';
comment on function lead_sync.begin_migration() is 'Part of n8n-nodes-lead-sync.';
comment on function lead_sync.end_migration() is 'Part of n8n-nodes-lead-sync.';

revoke all on all functions in schema lead_sync from public, anon, authenticated;
select lead_sync.begin_migration();
