-- Turns the edge replica off, or some of its tables: no trigger, no alert is left. What is in D1 stays there as it is.
--   p_request  {tables: [names]}; without: all
-- Returns {disabled: [names]}.
create or replace function public.disable_edge(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_names text[] := lead_sync.edge_names(p_request);
  v_state lead_sync.edge_states;
  v_disabled text[] := '{}';
begin
  for v_state in
    delete from lead_sync.edge_states as s where v_names is null or s.edge_table = any (v_names) returning s.*
  loop
    perform lead_sync.edge_unwatch(v_state);
    v_disabled := v_disabled || v_state.edge_table;
  end loop;
  if not exists (select from lead_sync.edge_states) then
    delete from lead_sync.alert_rules as r where r.alert like 'edge\_%';
    if strpos(coalesce(obj_description(to_regclass('public.sync_log'), 'pg_class'), ''), lead_sync.mark()) > 0 then
      drop view public.sync_log;
    end if;
  end if;
  perform public.note_action('disable_edge', jsonb_build_object('tables', v_disabled));
  return jsonb_build_object('disabled', v_disabled);
end
$$;
