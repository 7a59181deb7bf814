-- Asks for tables to be built anew in D1: the next run down does it, readers see the old ones until then.
--   p_request  {tables: [names]}; without: all that go down
-- Returns {requested: [names]}.
create or replace function public.request_edge_rebuild(p_request jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_names text[] := lead_sync.edge_names(p_request);
  v_requested text[];
begin
  select array_agg(s.edge_table order by s.edge_table) into v_requested
  from lead_sync.edge_states as s where s.direction = 'down' and (v_names is null or s.edge_table = any (v_names));
  -- one that is being built goes on
  perform lead_sync.begin_edge_rebuild(s.edge_table) from lead_sync.edge_states as s where s.edge_table = any (v_requested) and s.rebuild_id is null;
  perform public.note_action('request_edge_rebuild', jsonb_build_object('tables', v_requested));
  return jsonb_build_object('requested', coalesce(v_requested, '{}'));
end
$$;
