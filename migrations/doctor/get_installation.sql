-- What the database tells of itself to who looks whether all is well: facts, which nodes/LeadSync/checks judges.
-- Returns {at, version, leads_table, closed: what of ours service_role may not reach, open: what visitors may, unprotected: tables without row level security,
-- silenced_triggers, pathless_functions: of triggers of people's own, without a search_path; read_only, database_size, connections: share of them that is taken, history_size, history_age and history_kept in days, maintenance_age in hours,
-- is_settled: whether there were runs before the last night, sources, refused_rows: {count, examples}, object, field_mappings: rows in use, runs: the last ten}.
create or replace function public.get_installation() returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_rights jsonb;
  v_object text := (select s.object from lead_sync.settings as s);
begin
  select jsonb_build_object(
    'closed', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.schema_name = 'public' and not case o.kind
      when 'routine' then has_function_privilege('service_role', o.object, 'execute')
      else has_table_privilege('service_role', o.object, 'select') end), '[]'),
    'open', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.schema_name = 'public' and o.identity <> 'public.leads' and case o.kind
      when 'routine' then has_function_privilege('anon', o.object, 'execute')
      else has_table_privilege('anon', o.object, 'select') end), '[]'),
    'unprotected', coalesce(jsonb_agg(o.identity order by o.identity) filter (where o.kind = 'table' and not c.relrowsecurity), '[]')
  ) into v_rights
  from lead_sync.list_objects() as o
  left join pg_catalog.pg_class as c on o.class = 'pg_catalog.pg_class'::regclass and c.oid = o.object
  where o.marked and not o.part and o.kind in ('table', 'view', 'materialized view', 'routine');

  return v_rights || jsonb_build_object(
    'at', clock_timestamp(),
    'version', lead_sync.schema_version(),
    'leads_table', 'public.leads',
    'silenced_triggers', (
      select coalesce(jsonb_agg(t.tgname order by t.tgname), '[]') from pg_catalog.pg_trigger as t
      where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and t.tgenabled = 'D'
    ),
    -- in C they look nothing up
    'pathless_functions', (
      select coalesce(jsonb_agg(distinct p.oid::regprocedure::text), '[]')
      from pg_catalog.pg_trigger as t
      join pg_catalog.pg_proc as p on p.oid = t.tgfoid
      join pg_catalog.pg_language as l on l.oid = p.prolang
      where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and l.lanname not in ('c', 'internal')
        and not exists (select from unnest(p.proconfig) as g where g like 'search_path=%')
    ),
    -- PostgREST itself calls a stable function in a transaction that is read only
    'read_only', current_setting('default_transaction_read_only')::boolean or pg_is_in_recovery(),
    'database_size', pg_size_pretty(pg_database_size(current_database())),
    'connections', (select count(*) from pg_catalog.pg_stat_activity)::numeric / current_setting('max_connections')::numeric,
    'history_size', pg_size_pretty(pg_total_relation_size('public.lead_sync_history')),
    'history_age', (select extract(epoch from now() - min(h.created_at)) / 86400 from public.lead_sync_history as h),
    'history_kept', (select s.history_days from lead_sync.settings as s),
    'maintenance_age', (select extract(epoch from now() - max(t.last_at)) / 3600 from lead_sync.maintenance_tasks as t),
    'is_settled', exists (select from public.lead_sync_runs as r where r.started_at < now() - interval '50 hours'),
    'sources', (select count(*) from lead_sync.sources),
    'refused_rows', lead_sync.refused_rows(),
    'object', v_object,
    'field_mappings', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'object', m.object, 'lead_field', m.lead_field, 'twenty_field', m.twenty_field, 'kind', m.kind, 'direction', m.direction, 'policy', m.policy
      ) order by m.lead_field), '[]')
      from lead_sync.field_mappings as m where m.object = v_object and m.enabled
    ),
    'runs', (
      select coalesce(jsonb_agg(jsonb_build_object('direction', r.direction, 'status', r.status, 'error', r.error) order by r.started_at desc), '[]')
      from (select * from public.lead_sync_runs as n order by n.started_at desc limit 10) as r
    )
  );
end
$$;
