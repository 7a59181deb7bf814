-- After the sync updated a lead whose score or segment followed: it is due.
create or replace function lead_sync.queue_scored_update() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    perform lead_sync.queue_assessed(array[new.id]);
  end if;
  return null;
end
$$;
