-- After a filter was written.
create or replace function lead_sync.compile_changed_filter() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform lead_sync.compile_filter(lead_sync.filter_set((coalesce(new, old)).direction), case when tg_op <> 'DELETE' then new.conditions end);
  return null;
end
$$;
