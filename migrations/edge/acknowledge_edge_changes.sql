-- Settles a page of get_edge_changes. Returns {acknowledged, refused}.
--   p_request  {run, acknowledge: {table, applied, refused, before}}
create or replace function public.acknowledge_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_figures jsonb;
begin
  perform lead_sync.hold_edge_run(p_request -> 'run');
  v_figures := lead_sync.settle_edge_page(p_request -> 'acknowledge');
  perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_figures);
  return jsonb_build_object('acknowledged', v_figures -> 'rows', 'refused', v_figures -> 'refused');
end
$$;
