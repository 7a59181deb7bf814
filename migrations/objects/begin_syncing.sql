-- With the first run of an object beside leads all rows that are here become due: from then on their changes are noted.
create or replace function lead_sync.begin_syncing(p_object text, p_adapter text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.cursors (object) values (p_object) on conflict do nothing;
  if found then
    perform lead_sync.make_states(p_adapter, null);
  end if;
end
$$;
