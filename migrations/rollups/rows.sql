-- What was there before the triggers, or was loaded past them.
insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select
  date_trunc('hour', h.synced_at, 'utc'), 2, case when h.lead_id is null and h.sync_status = 'synced' then 'run' else h.sync_type end, h.sync_direction, h.sync_status,
  case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
  case
    when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
      then ceil(20 * log(greatest(extract(epoch from h.synced_at - h.created_at), 0.05)::double precision))::integer
  end,
  count(*)
from public.lead_sync_history as h
left join public.lead_sync_runs as r on r.id = h.run_id
where not exists (select from lead_sync.activity)
group by 1, 3, 4, 5, 6, 7;
do $$ begin perform lead_sync.recount_leads(); end $$;
