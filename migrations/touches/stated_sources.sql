-- What counts as the source of a lead that has no inbound touch: its lead_source, unless that is the source of a call that we made.
create or replace view lead_sync.stated_sources with (security_invoker = on) as
select l.id as lead_id, btrim(l.lead_source) as source
from public.leads as l
where btrim(l.lead_source) <> '' and not exists (
  select from public.lead_touches as t where t.lead_id = l.id and t.source = l.lead_source and t.kind = 'call' and t.medium ~* 'out'
);
