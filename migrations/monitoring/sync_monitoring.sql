create or replace view public.sync_monitoring with (security_invoker = on) as
select l.sync_status, count(*) as count
from public.leads as l
group by l.sync_status;
comment on view public.sync_monitoring is 'How many leads are in each sync status';
