-- True while the sync itself writes: its writes are not local changes.
create or replace function lead_sync.engine_is_writing() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(current_setting('lead_sync.engine', true), '') = 'on';
end
$$;
