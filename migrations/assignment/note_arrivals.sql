-- After touches were noted: the leads that arrived by them are to be assigned, each once. At the end of the transaction the workflow is called, where instant pushes are on.
create or replace function lead_sync.note_arrivals() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if not exists (select from public.sales_reps as r where r.active) then
    return null;
  end if;
  -- by the clock: what came with the touch, a status among it, is no response to it
  insert into public.lead_assignments (lead_id, touch_id, source, arrived_at)
  select distinct on (t.lead_id) t.lead_id, t.id, t.source, clock_timestamp()
  from new_touches as t
  cross join lead_sync.assignment_settings as s
  where t.lead_id is not null and t.kind = any (s.kinds) and t.touched_at > t.created_at - s.max_age
  order by t.lead_id, t.touched_at, t.id
  on conflict do nothing;
  if found then
    perform lead_sync.wish_for_call('arrivals');
  end if;
  return null;
end
$$;
