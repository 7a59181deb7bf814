-- Notes what became of a page: what D1 took is due no more unless it changed meanwhile; what it refused waits for a change.
--   p_page  {table, applied: [[key, version]…], refused: [[key, version, reason]…], before: [{version}]}
-- Returns {rows, refused} as figures.
create or replace function lead_sync.settle_edge_page(p_page jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_state lead_sync.edge_states := lead_sync.edge_state(p_page ->> 'table', 'down');
  v_before bigint := (p_page #>> '{before,0,version}')::bigint;
  v_applied integer;
  v_refused integer;
begin
  update lead_sync.edge_rows as r
  set sent = a.version
  from (select e.value ->> 0 as key, (e.value ->> 1)::bigint as version from jsonb_array_elements(p_page -> 'applied') as e) as a
  where r.edge_table = v_state.edge_table and r.key = a.key and r.sent < a.version;
  get diagnostics v_applied = row_count;
  update lead_sync.edge_rows as r
  set refusal = left(a.reason, 500)
  from (
    select e.value ->> 0 as key, (e.value ->> 1)::bigint as version, coalesce(e.value ->> 2, 'D1 gave no reason') as reason
    from jsonb_array_elements(p_page -> 'refused') as e
  ) as a
  where r.edge_table = v_state.edge_table and r.key = a.key and r.version = a.version;
  get diagnostics v_refused = row_count;

  update lead_sync.edge_states as s
  set doubtful = s.doubtful or coalesce(v_before < s.acknowledged, false),
    acknowledged = greatest(s.acknowledged, (select max((e.value ->> 1)::bigint) from jsonb_array_elements(p_page -> 'applied') as e))
  where s.edge_table = v_state.edge_table
    and (s.acknowledged < (select max((e.value ->> 1)::bigint) from jsonb_array_elements(p_page -> 'applied') as e) or v_before < s.acknowledged);
  return jsonb_build_object('rows', v_applied, 'refused', v_refused);
end
$$;
