-- After the sync inserted leads that got a score or a segment: they are due.
create or replace function lead_sync.queue_scored_inserts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    perform lead_sync.queue_assessed(array(select n.id from new_leads as n where n.sync_status = 'pending'));
  end if;
  return null;
end
$$;
