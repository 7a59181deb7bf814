-- After a segment got another name: the leads that Twenty shows it of are due, up to 20,000 at once so that the statement ends in time; a reconciliation
-- finds the others.
create or replace function lead_sync.queue_renamed_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ids uuid[];
begin
  select array_agg(k.id) into v_ids
  from (
    select l.id from public.leads as l
    where l.segment_id = new.id and l.sync_status in ('synced', 'outside') and l.deleted_at is null
    limit 20000
    for no key update skip locked
  ) as k;
  if v_ids is not null then
    perform set_config('lead_sync.engine', 'on', true);
    update public.leads as l set sync_status = 'pending' where l.id = any (v_ids);
    perform lead_sync.queue_assessed(v_ids);
    perform set_config('lead_sync.engine', 'off', true);
  end if;
  return null;
end
$$;
