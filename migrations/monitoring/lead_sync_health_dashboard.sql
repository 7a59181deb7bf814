create or replace view public.lead_sync_health_dashboard with (security_invoker = on) as
select
  f.*,
  case
    when f.error_leads > 10 or f.sync_success_rate < 90 then 'critical'
    when f.error_leads > 5 or f.sync_success_rate < 95 then 'warning'
    else 'healthy'
  end as overall_health
from (
  select
    l.total_leads, l.synced_leads, l.pending_leads, l.error_leads, l.recently_synced, h.sync_success_rate, h.median_sync_time_seconds,
    l.leads_with_errors, l.total_errors, e.last_error_time
  from (
    select
      count(*) as total_leads,
      count(*) filter (where sync_status = 'synced') as synced_leads,
      count(*) filter (where sync_status = 'pending') as pending_leads,
      count(*) filter (where sync_status = 'error') as error_leads,
      count(*) filter (where last_synced_at > now() - interval '1 hour') as recently_synced,
      count(*) filter (where sync_error_count > 0) as leads_with_errors,
      coalesce(sum(sync_error_count), 0) as total_errors
    from public.leads
  ) as l
  cross join (
    select
      round(100.0 * count(*) filter (where sync_status = 'synced') / nullif(count(*), 0), 2) as sync_success_rate,
      round((
        percentile_cont(0.5) within group (order by extract(epoch from synced_at - created_at)) filter (where sync_status = 'synced' and lead_id is not null)
      )::numeric, 2) as median_sync_time_seconds
    from public.lead_sync_history
    where synced_at > now() - interval '24 hours' and sync_type <> 'intake'
  ) as h
  cross join (
    select max(synced_at) as last_error_time from public.lead_sync_history where sync_status = 'error'
  ) as e
) as f;
comment on view public.lead_sync_health_dashboard is
  'One row. Success rate (percent) and median time from due to settled are of the last 24 hours, recently_synced of the last hour';
