-- Turns the edge replica on: the triggers that note changes, the alerts, and the view sync_log where nothing has that name. What is new or was mapped
-- anew is filled into D1 by the next run. Needs the rights of the tables' owner: run it in the SQL editor.
--   p_request  {tables: [names in lead_sync.edge_tables]}; without: all whose source is there
-- Returns {enabled: [names], skipped: [{table, reason}]}. Raises 22023 when a table asked for by name cannot be turned on.
create or replace function public.enable_edge(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_names text[] := lead_sync.edge_names(p_request);
  v_table lead_sync.edge_tables;
  v_state lead_sync.edge_states;
  v_obstacle text;
  v_enabled text[] := '{}';
  v_skipped jsonb := '[]';
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.enable_edge'));
  for v_table in select * from lead_sync.edge_tables as t where v_names is null or t.edge_table = any (v_names) order by t.edge_table loop
    v_obstacle := lead_sync.edge_obstacle(v_table);
    if v_obstacle is not null then
      if v_names is not null then
        raise exception 'The table % cannot be turned on: %', v_table.edge_table, v_obstacle using errcode = '22023';
      end if;
      v_skipped := v_skipped || jsonb_build_object('table', v_table.edge_table, 'reason', v_obstacle);
      continue;
    end if;
    v_enabled := v_enabled || v_table.edge_table;
    if exists (
      select from lead_sync.edge_states as s
      where s.edge_table = v_table.edge_table
        and (s.source, s.direction, s.key_column, s.columns) = (v_table.source, v_table.direction, v_table.key_column, v_table.columns)
        and s.deleted_column is not distinct from v_table.deleted_column
    ) then
      continue;
    end if;

    select * into v_state from lead_sync.edge_states as s where s.edge_table = v_table.edge_table;
    if found then
      perform lead_sync.edge_unwatch(v_state);
    end if;
    v_state.edge_table := v_table.edge_table;
    v_state.source := v_table.source;
    v_state.direction := v_table.direction;
    v_state.key_column := v_table.key_column;
    v_state.deleted_column := v_table.deleted_column;
    v_state.columns := v_table.columns;
    select format_type(a.atttypid, a.atttypmod) into v_state.key_type
    from pg_catalog.pg_attribute as a where a.attrelid = to_regclass(v_table.source) and a.attname = v_table.key_column;
    if v_table.direction = 'down' then
      -- a trigger is made under a lock that no writer holds: whatever is written after it has a later version than the floor
      perform lead_sync.edge_watch(v_state);
    end if;
    v_state.floor := nextval('lead_sync.edge_versions');
    insert into lead_sync.edge_states (edge_table, source, direction, key_column, key_type, deleted_column, columns, floor)
    values (v_state.edge_table, v_state.source, v_state.direction, v_state.key_column, v_state.key_type, v_state.deleted_column, v_state.columns, v_state.floor)
    on conflict (edge_table) do update set source = excluded.source, direction = excluded.direction, key_column = excluded.key_column,
      key_type = excluded.key_type, deleted_column = excluded.deleted_column, columns = excluded.columns, floor = excluded.floor;
    if v_table.direction = 'down' then
      perform lead_sync.begin_edge_rebuild(v_table.edge_table);
    end if;
  end loop;

  perform lead_sync.add_edge_alerts();
  if to_regclass('public.sync_log') is null then
    execute $view$
      create view public.sync_log with (security_invoker = on) as
      select r.id, case r.direction when 'down' then 'supabase_to_d1' else 'd1_to_supabase' end as sync_type, r.mode, r.status, r.started_at, r.finished_at as completed_at,
        coalesce((r.figures ->> 'rows')::bigint, 0) as records_synced, coalesce((r.figures ->> 'refused')::bigint, 0) as records_failed, r.error as error_message, r.figures
      from lead_sync.edge_runs as r
      union all
      select r.id, r.direction, r.mode, r.status, r.started_at, r.finished_at,
        coalesce((r.figures ->> 'read')::bigint, 0) + coalesce((r.figures ->> 'pushed')::bigint, 0), coalesce((r.figures ->> 'errors')::bigint, 0), r.error, r.figures
      from public.lead_sync_runs as r
    $view$;
    execute format('comment on view public.sync_log is %L', 'Every run, newest last: between Twenty and Supabase, and between Supabase and D1. ' || lead_sync.mark());
    revoke all on public.sync_log from public, anon, authenticated;
    grant select on public.sync_log to service_role;
  end if;
  notify pgrst, 'reload schema';
  perform public.note_action('enable_edge', jsonb_build_object('tables', v_enabled));
  return jsonb_build_object('enabled', v_enabled, 'skipped', v_skipped);
end
$$;
