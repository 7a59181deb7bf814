-- The activity of a lead up to a moment, each record once: the last one, how many there were, and when the next meeting begins. Forms and calls count, too.
-- Tasks that the sync itself made, meetings that were cancelled and all that is still to come do not.
create or replace function lead_sync.activity_of(
  p_lead_id uuid, p_twenty_id uuid, p_now timestamptz, out last_at timestamptz, out activity_count integer, out next_at timestamptz
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  select
    max(d.happened_at) filter (where d.happened_at <= p_now), count(*) filter (where d.happened_at <= p_now),
    min(d.happened_at) filter (where d.happened_at > p_now)
  into last_at, activity_count, next_at
  from (
    select a.happened_at
    from (
      select k.kind, k.activity_id from lead_sync.activity_links as k where k.person_id = p_twenty_id and k.deleted_at is null
      union
      select k.kind, k.activity_id
      from public.opportunities as o
      join lead_sync.activity_links as k on k.opportunity_id = o.twenty_id and k.deleted_at is null
      where o.lead_id = p_lead_id and o.deleted_at is null
    ) as k
    join lead_sync.activities as a on a.kind = k.kind and a.twenty_id = k.activity_id
    where a.deleted_at is null and a.status is distinct from 'CANCELED'
      and not (a.kind = 'task' and exists (select from lead_sync.follow_ups as f where f.task_id = a.twenty_id))
    union all
    select t.touched_at from public.lead_touches as t where t.lead_id = p_lead_id and t.kind in ('form', 'call')
  ) as d;
end
$$;
