-- After touches were noted: the leads that arrived by them are to be assigned, each once, or again after three days where nobody was found.
-- At the end of the transaction the workflow is called, where instant pushes are on.
create or replace function lead_sync.note_arrivals() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_touches bigint[];
begin
  if not exists (select from public.sales_reps as r where r.active) then
    return null;
  end if;
  v_touches := array(
    select distinct on (t.lead_id) t.id
    from new_touches as t
    cross join lead_sync.assignment_settings as s
    where t.lead_id is not null and t.kind = any (s.kinds) and t.touched_at > t.created_at - s.max_age
      and exists (select from lead_sync.inbound_touches as i where i.id = t.id)
    order by t.lead_id, t.touched_at, t.id
  );
  -- whom nobody was found for, and no change of the sales reps makes one look for any more
  delete from public.lead_assignments as a using new_touches as t
  where t.id = any (v_touches) and a.lead_id = t.lead_id and a.member_id is null and a.assigned_at is not null
    and a.arrived_at < clock_timestamp() - interval '3 days';
  -- by the clock: what came with the touch, a status among it, is no response to it
  insert into public.lead_assignments (lead_id, touch_id, source, arrived_at)
  select t.lead_id, t.id, t.source, clock_timestamp() from new_touches as t where t.id = any (v_touches)
  order by t.lead_id
  on conflict do nothing;
  if found then
    perform lead_sync.wish_for_call('arrivals');
  end if;
  return null;
end
$$;
