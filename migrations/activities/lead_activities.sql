-- What happened about each lead, newest wherever it was read last: notes, tasks, messages and meetings of Twenty, forms and calls of the intake. A note on
-- a hundred people is a hundred rows here and is stored once. What hangs on an opportunity belongs to its lead, too; lead_id is null while that is unknown.
create or replace view public.lead_activities with (security_invoker = true) as
select distinct
  l.id as lead_id, null::uuid as opportunity_id, a.kind, a.happened_at,
  case when a.kind = 'message' then (
    select min(f.author) from lead_sync.activity_links as f where f.kind = a.kind and f.activity_id = a.twenty_id and f.deleted_at is null
  ) else a.author end as author,
  a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted, a.twenty_id, null::bigint as touch_id
from lead_sync.activity_links as k
join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
join public.leads as l on l.twenty_id = k.person_id
where k.deleted_at is null and a.deleted_at is null
  -- Twenty empties the links of a person who is destroyed, and tells nobody
  and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id and s.gone)
union all
select
  o.lead_id, o.id, a.kind, a.happened_at, a.author, a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted, a.twenty_id, null
from lead_sync.activity_links as k
join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
join public.opportunities as o on o.twenty_id = k.opportunity_id
where k.deleted_at is null and a.deleted_at is null and o.deleted_at is null
union all
select
  t.lead_id, null, t.kind, t.touched_at, t.agent, coalesce(t.form, t.campaign, t.source), null, null, t.outcome, null, false, null, t.id
from public.lead_touches as t
where t.lead_id is not null and t.kind in ('form', 'call');
