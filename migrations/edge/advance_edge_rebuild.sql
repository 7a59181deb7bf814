-- Moves the building of a table on by one step, and says what comes next.
--   p_request  {run, table, id, phase: look | created | filled | swapped | lost, position, refused: [[key, version, reason]…], behind}; id: whose step it was; lost without it: whichever there is;
--     behind: the highest number that D1 has, where it refused a building: Supabase was restored, or is another than before, and goes on behind it
-- Returns {id, phase: create | fill | swap | done, statements, built, verify, upserts, versions, position, share}. A step of a building that was given up moves nothing.
create or replace function public.advance_edge_rebuild(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
  v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'down');
  v_phase text := p_request ->> 'phase';
  v_page jsonb;
  v_next text;
  v_is_over text; -- a batch of a building that is over, come late, breaks a rule of D1 at this statement and does nothing
begin
  if v_phase is null or v_phase not in ('look', 'created', 'filled', 'swapped', 'lost') then
    raise exception 'phase must be look, created, filled, swapped or lost, got %', v_phase using errcode = '22023';
  end if;
  select * into v_state from lead_sync.edge_states as s where s.edge_table = v_state.edge_table for update;
  if v_phase = 'lost' then
    if p_request ->> 'id' is null or v_state.rebuild_id = (p_request ->> 'id')::bigint then
      if (p_request ->> 'behind')::bigint >= (select q.last_value from lead_sync.edge_versions as q) then
        perform setval('lead_sync.edge_versions', (p_request ->> 'behind')::bigint);
        -- what D1 remembers as deleted is older than every row that is here
        update lead_sync.edge_states as s set floor = nextval('lead_sync.edge_versions') where s.edge_table = v_state.edge_table;
      end if;
      perform lead_sync.begin_edge_rebuild(v_state.edge_table);
    end if;
  elsif v_state.rebuild_id = (p_request ->> 'id')::bigint then
    if v_phase = 'created' and v_state.rebuild_phase = 'create' then
      update lead_sync.edge_states as s set rebuild_phase = 'fill', leftovers = '{}', acknowledged = 0 where s.edge_table = v_state.edge_table;
    elsif v_phase = 'filled' and v_state.rebuild_phase = 'fill' then
      insert into lead_sync.edge_rows as r (edge_table, key, version, refusal)
      select v_state.edge_table, e.value ->> 0, (e.value ->> 1)::bigint, left(e.value ->> 2, 500) from jsonb_array_elements(p_request -> 'refused') as e
      on conflict (edge_table, key) do update set refusal = excluded.refusal where r.version = excluded.version;
      update lead_sync.edge_states as s
      set rebuild_position = coalesce(p_request ->> 'position', s.rebuild_position),
        rebuild_phase = case when p_request ->> 'position' is null then 'swap' else 'fill' end
      where s.edge_table = v_state.edge_table;
    elsif v_phase = 'swapped' and v_state.rebuild_phase = 'swap' then
      update lead_sync.edge_states as s
      set rebuild_id = null, rebuild_phase = null, rebuild_position = null, rebuild_since = null, doubtful = true
      where s.edge_table = v_state.edge_table;
    end if;
  end if;
  select * into v_state from lead_sync.edge_states as s where s.edge_table = v_state.edge_table;
  v_next := lead_sync.edge_target(v_state);
  v_is_over := format('update edge_state set value = null where name = %L and value >= %s', 'built:' || v_state.edge_table, v_state.rebuild_id);

  if v_state.rebuild_phase = 'create' then
    return jsonb_build_object('id', v_state.rebuild_id, 'phase', 'create', 'built', jsonb_build_object(
      'sql', 'select max(value) as value from edge_state', 'params', '[]'::jsonb
    ), 'statements', lead_sync.edge_statements(
      lead_sync.edge_common_sql() || v_is_over
      -- the replica itself, where there is none yet: without indexes, as it is about to be replaced
      || (lead_sync.edge_create_sql(v_state, v_state.edge_table, null))[1:1]
      || array(select format('drop table if exists "%s"', v_state.edge_table || '_next_' || l.id) from unnest(v_state.leftovers) as l (id))
      || lead_sync.edge_create_sql(v_state, v_next, v_state.rebuild_id::text)
    ));
  elsif v_state.rebuild_phase = 'fill' then
    v_page := lead_sync.edge_fill_page(v_state);
    perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], jsonb_build_object('filled', jsonb_array_length(v_page -> 'rows')));
    return jsonb_build_object(
      'id', v_state.rebuild_id, 'phase', 'fill', 'position', v_page -> 'position', 'share', lead_sync.edge_fill_share(v_state),
      'upserts', jsonb_build_object('sql', jsonb_build_array(lead_sync.edge_upsert_sql(v_state, v_next)), 'rows', v_page -> 'rows'),
      'versions', v_page -> 'versions'
    );
  elsif v_state.rebuild_phase = 'swap' then
    return jsonb_build_object(
      'id', v_state.rebuild_id, 'phase', 'swap',
      'verify', jsonb_build_object(
        'sql', format('select 1 as done from edge_state where name = %L and value = %s', 'built:' || v_state.edge_table, v_state.rebuild_id), 'params', '[]'::jsonb
      ),
      'statements', lead_sync.edge_statements(array[
        v_is_over,
        format('drop table if exists "%s"', v_state.edge_table),
        format('alter table "%s" rename to "%s"', v_next, v_state.edge_table),
        format(
          'insert into edge_state (name, value) values (%L, %s) on conflict (name) do update set value = excluded.value',
          'built:' || v_state.edge_table, v_state.rebuild_id
        )
      ])
    );
  end if;
  return jsonb_build_object('id', null, 'phase', 'done');
end
$$;
