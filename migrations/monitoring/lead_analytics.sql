create or replace view public.lead_analytics with (security_invoker = on) as
select
  (l.created_at at time zone 'utc')::date as date,
  count(*) as total_leads,
  count(l.twenty_id) as synced_to_twenty,
  count(*) filter (where l.sync_status = 'error') as with_errors,
  count(distinct l.lead_source) as sources,
  round(avg(l.lead_score), 1) as average_score
from public.leads as l
group by 1
order by 1 desc;
comment on view public.lead_analytics is 'Leads per day (UTC) on which they came in; synced_to_twenty: those that have a person in Twenty';
