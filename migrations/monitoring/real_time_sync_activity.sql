create or replace view public.real_time_sync_activity with (security_invoker = on) as
select
  h.id, h.synced_at, h.sync_type, h.sync_direction, h.sync_status, h.fields_changed, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name,
  l.email, l.company_name, g.segment_name, h.lead_id, h.error_message
from (
  select * from public.lead_sync_history as newest order by newest.synced_at desc, newest.id desc limit 100
) as h
left join public.leads as l on l.id = h.lead_id
left join public.customer_segments as g on g.id = l.segment_id
order by h.synced_at desc, h.id desc;
comment on view public.real_time_sync_activity is 'The 100 newest rows of history with their leads; a run''s own row has no lead';
