-- Of each lead, when something last happened, how often something did, and when the next meeting begins.
create or replace view public.lead_activity_summary with (security_invoker = true) as
select l.id as lead_id, s.last_at as last_activity_at, s.activity_count, s.next_at as next_meeting_at
from public.leads as l
cross join lateral lead_sync.activity_of(
  l.id, case when not exists (select from lead_sync.lead_states as g where g.lead_id = l.id and g.gone) then l.twenty_id end, clock_timestamp()
) as s;
