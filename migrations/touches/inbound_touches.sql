-- The touches by which somebody reached us: all but calls that we made. Knowlarity's direction of a call is its medium.
create or replace view lead_sync.inbound_touches with (security_invoker = on) as
select t.id, t.lead_id, t.source, t.touched_at, t.campaign, t.ad, t.form
from public.lead_touches as t
where not coalesce(t.kind = 'call' and t.medium ~* 'out', false);
