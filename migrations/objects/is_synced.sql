-- Whether the rows of an adapter are synced: leads always, others from the first run of their object on, see begin_syncing.
create or replace function lead_sync.is_synced(p_adapter text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_adapter = 'lead' or exists (select from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.adapter = p_adapter);
end
$$;
