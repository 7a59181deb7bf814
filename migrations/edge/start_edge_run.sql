-- Starts a run, unless one of the same direction is alive. Down, a run of changes with nothing due is noted as done at once.
--   p_request  {direction: down | up, mode: changes | check | rebuild, full, report_only, trigger: scheduled | manual | webhook, table}
-- Returns {started: true, run: {id, token}, mode, tables: [{table, direction, rebuild, ranges, read}]}
--      or {started: false, reason, active_run}. Raises 55000 while the edge replica is off.
create or replace function public.start_edge_run(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_direction text := p_request ->> 'direction';
  v_mode text := coalesce(p_request ->> 'mode', 'changes');
  v_trigger text := coalesce(p_request ->> 'trigger', 'scheduled');
  v_table text := p_request ->> 'table';
  v_whole boolean := coalesce((p_request ->> 'full')::boolean, false);
  v_active lead_sync.edge_runs;
  v_run lead_sync.edge_runs;
  v_is_quiet boolean := false;
begin
  if v_direction is null or v_direction not in ('down', 'up') then
    raise exception 'direction must be down or up, got %', v_direction using errcode = '22023';
  elsif v_mode not in ('changes', 'check', 'rebuild') then
    raise exception 'mode must be changes, check or rebuild, got %', v_mode using errcode = '22023';
  elsif v_mode = 'rebuild' and v_direction = 'up' then
    raise exception 'Only what goes down can be rebuilt' using errcode = '22023', hint = 'What goes up belongs to D1: a full check queues again what Supabase lacks.';
  elsif v_trigger not in ('scheduled', 'manual', 'webhook') then
    raise exception 'trigger must be scheduled, manual or webhook, got %', v_trigger using errcode = '22023';
  end if;
  if not exists (select from lead_sync.edge_states) then
    raise exception 'The edge replica is off' using errcode = '55000', hint = 'Turn it on: select public.enable_edge(); in the SQL editor.';
  end if;
  if v_table is not null then
    perform lead_sync.edge_state(v_table, v_direction);
  elsif not exists (select from lead_sync.edge_states as s where s.direction = v_direction) then
    return jsonb_build_object('started', false, 'reason', format('No table goes %s', v_direction), 'active_run', null);
  end if;
  perform pg_advisory_xact_lock(hashtext('lead_sync.start_edge_run ' || v_direction));

  -- noted before anything else: where another run is alive, the next one makes it
  if v_mode = 'rebuild' then
    perform lead_sync.begin_edge_rebuild(s.edge_table) from lead_sync.edge_states as s
    where s.direction = 'down' and s.rebuild_id is null and (v_table is null or s.edge_table = v_table);
  end if;

  select * into v_active from lead_sync.edge_runs as r where r.direction = v_direction and r.status = 'running' for update;
  if found and v_active.lease_until > clock_timestamp() then
    return jsonb_build_object(
      'started', false,
      'reason', format('Another run %s has been active since %s; if it is dead, its lease ends at %s and the next run takes over.', v_direction, v_active.started_at, v_active.lease_until),
      'active_run', jsonb_build_object('id', v_active.id, 'started_at', v_active.started_at, 'lease_until', v_active.lease_until)
    );
  elsif found then
    update lead_sync.edge_runs as r
    set status = 'expired', finished_at = clock_timestamp(), error = 'The run stopped reporting; its lease ended and a later run took over'
    where r.id = v_active.id;
  end if;

  if v_mode = 'changes' and v_direction = 'down' then
    if exists (select from lead_sync.edge_states as s where s.rebuild_id is not null and (v_table is null or s.edge_table = v_table)) then
      v_mode := 'rebuild';
    else
      v_is_quiet := not exists (
        select from lead_sync.edge_states as s where (v_table is null or s.edge_table = v_table)
          and exists (select from lead_sync.edge_rows as r where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null)
      );
    end if;
  end if;

  insert into lead_sync.edge_runs (direction, mode, trigger, edge_table, whole, report_only, status, lease_until, finished_at)
  values (
    v_direction, v_mode, v_trigger, v_table, v_whole, coalesce((p_request ->> 'report_only')::boolean, false),
    case when v_is_quiet then 'succeeded' else 'running' end, clock_timestamp() + (select s.lease from lead_sync.settings as s),
    case when v_is_quiet then clock_timestamp() end
  )
  returning * into v_run;
  if v_is_quiet then
    return jsonb_build_object('started', false, 'reason', 'Nothing is due', 'active_run', null);
  end if;
  if v_mode = 'check' then
    update lead_sync.edge_states as s set sample = s.sample + 1 where s.direction = v_direction and (v_table is null or s.edge_table = v_table);
  end if;

  return jsonb_build_object(
    'started', true,
    'run', jsonb_build_object('id', v_run.id, 'token', v_run.token),
    'mode', v_mode,
    'tables', (
      select jsonb_agg(
        jsonb_build_object(
          'table', s.edge_table,
          'direction', s.direction,
          'rebuild', case when v_mode = 'rebuild' and s.rebuild_id is not null then jsonb_build_object('id', s.rebuild_id, 'phase', s.rebuild_phase) end,
          'ranges', case
            -- while a table is built anew, there is nothing to compare with
            when v_mode = 'check' and s.rebuild_id is null then jsonb_build_object(
              'sql', lead_sync.edge_ranges_sql(s), 'list', lead_sync.edge_ranges(s, case when not (v_whole or s.doubtful) then s.sample end, null)
            )
          end,
          'read', case when s.direction = 'up' and v_mode = 'changes' then lead_sync.edge_read_sql(s) end
        )
        order by s.edge_table
      )
      from lead_sync.edge_states as s
      where s.direction = v_direction and (v_table is null or s.edge_table = v_table)
    )
  );
end
$$;
