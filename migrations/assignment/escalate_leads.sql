-- Notes that leads without a response are to be told again: once a level, and where several were missed the highest alone. What was escalated and not told yet, and has a response now, is not told.
create or replace function lead_sync.escalate_leads(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  delete from lead_sync.lead_news as n using public.lead_assignments as a
  where a.lead_id = n.lead_id and n.told_at is null and n.level > 0 and a.first_response_at is not null;

  with late as (
    update public.lead_assignments as a set escalation = e.level
    from (
      select o.lead_id, max(x.level) as level
      from public.lead_assignments as o
      join public.leads as l on l.id = o.lead_id and l.deleted_at is null
      cross join lead_sync.assignment_settings as s
      cross join lateral unnest(s.escalate_after) with ordinality as x (after, level)
      where o.first_response_at is null and o.assigned_at is not null and o.arrived_at > p_now - interval '3 days' and o.arrived_at + x.after <= p_now
      group by o.lead_id, o.escalation
      having max(x.level) > o.escalation
    ) as e
    where a.lead_id = e.lead_id
    returning a.lead_id, a.escalation, a.touch_id
  )
  insert into lead_sync.lead_news (lead_id, level)
  select t.lead_id, t.escalation from late as t order by t.touch_id
  on conflict do nothing;
end
$$;
