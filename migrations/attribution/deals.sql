-- Opportunities as reports count them: the stage's outcome (open, where the stage is not known), an amount (0, where none is stated), and when a won one was won: its last move from another
-- outcome, else its close date, else when it was made as won. What was known before the history began says no more than that it was won already.
create or replace view lead_sync.deals with (security_invoker = on) as
select
  o.id, o.lead_id, o.owner_id, o.created_at, o.currency, coalesce(s.outcome, 'open') as outcome,
  case when o.amount > '-Infinity' and o.amount < 'Infinity' then o.amount else 0 end as amount,
  case when s.outcome = 'won' then coalesce(w.won_at, o.close_date, case when w.first_at < o.created_at + interval '24 hours' then w.first_at end) end as won_at
from public.opportunities as o
left join public.sales_stages as s on s.stage = o.stage
left join (
  select m.opportunity_id, max(m.moved_at) filter (where m.from_stage is not null) as won_at, max(m.moved_at) filter (where m.from_stage is null) as first_at
  from public.opportunity_stages as m
  join public.sales_stages as t on t.stage = m.to_stage and t.outcome = 'won'
  left join public.sales_stages as f on f.stage = m.from_stage and f.outcome = 'won'
  where f.stage is null
  group by m.opportunity_id
) as w on w.opportunity_id = o.id
where o.deleted_at is null;
