create or replace view public.sync_error_analysis with (security_invoker = on) as
select
  lead_sync.error_group(h.error_message) as category, h.error_message, count(*) as error_count, count(distinct h.lead_id) as affected_leads,
  min(h.synced_at) as first_seen, max(h.synced_at) as last_seen, round(100 * count(*) / sum(count(*)) over (), 2) as percentage
from public.lead_sync_history as h
where h.sync_status = 'error' and h.synced_at > now() - interval '7 days'
group by 1, 2
order by error_count desc, last_seen desc;
comment on view public.sync_error_analysis is 'Failures of the last 7 days by category and message, the most frequent first';
