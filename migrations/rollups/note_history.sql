-- After history was written: one row per minute, kind, outcome and tenth of lag; the end of a run that went well is of the kind run. A full resync has no lag: its people changed long ago.
create or replace function lead_sync.note_history() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into lead_sync.activity (minute, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
  select
    date_trunc('minute', h.synced_at), case when h.lead_id is null and h.sync_status = 'synced' then 'run' else h.sync_type end, h.sync_direction, h.sync_status,
    case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
    case
      when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
        then ceil(20 * log(greatest(date_part('epoch', h.synced_at - h.created_at), 0.05)))::integer
    end,
    count(*)
  from new_entries as h
  left join public.lead_sync_runs as r on r.id = h.run_id
  group by 1, 2, 3, 4, 5, 6;
  return null;
end
$$;
