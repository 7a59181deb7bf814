-- What the console has to know of the whole: which pages there are, and what its buttons sync.
-- Returns {at, revenue: whether there are deals, edge: whether the replica is on, objects: what is synced beside leads, as Twenty calls it}.
create or replace function public.get_console() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'at', now(),
    'revenue', exists (select from public.opportunities),
    'edge', exists (select from lead_sync.edge_states),
    'objects', array(select o.object from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object order by o.object)
  )
$$;
