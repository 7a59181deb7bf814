-- How the edge replica is doing, for a page or a workflow: see lead_sync.measure_edge.
--   p_request  {now}: for tests
create or replace function public.get_edge_status(p_request jsonb default '{}') returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return lead_sync.measure_edge(coalesce((p_request ->> 'now')::timestamptz, now()));
end
$$;
