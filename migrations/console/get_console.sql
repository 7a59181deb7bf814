-- What each page of the console has to know of the whole: which pages there are.
-- Returns {at, revenue: whether there are deals, edge: whether the replica is on}.
create or replace function public.get_console() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'at', now(),
    'revenue', exists (select from public.opportunities),
    'edge', exists (select from lead_sync.edge_states)
  )
$$;
