-- Makes rows due again, those that were refused included.
--   p_request  {table, keys: [key]}; without keys: all that were refused
-- Returns {resent}.
create or replace function public.resend_edge_rows(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', 'down');
  v_keys text[];
begin
  if coalesce(jsonb_typeof(p_request -> 'keys'), 'null') = 'null' then
    select array_agg(r.key) into v_keys from lead_sync.edge_rows as r where r.edge_table = v_state.edge_table and r.refusal is not null;
  else
    v_keys := array(select jsonb_array_elements_text(p_request -> 'keys'));
  end if;
  return jsonb_build_object('resent', lead_sync.resend_edge_keys(v_state.edge_table, v_keys));
end
$$;
