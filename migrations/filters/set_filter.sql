-- Sets the filter of a direction, or takes it away.
--   p_direction   to_twenty: which leads travel out; to_supabase: which people come in
--   p_conditions  a list of {attribute, operator, value} as in scoring, all of which must hold; null: no filter
--   p_seen        changed_at of the filter that was shown (get_filters); null: whatever it is by now
-- What enters starts by itself: leads with the next pushes, people with the next reconciliation, which compares all ids. Returns the filter as get_filters has it.
-- Raises 22023 when the conditions cannot be evaluated, PT409 when somebody has set it since. preview_filter says before what it would do.
create or replace function public.set_filter(p_direction text, p_conditions jsonb default null, p_seen timestamptz default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
    raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
  end if;
  if (select f.changed_at from lead_sync.lead_filters as f where f.direction = p_direction for update) <> p_seen then
    raise exception 'Somebody has set this filter since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
  end if;
  insert into lead_sync.lead_filters (direction, conditions) values (p_direction, nullif(p_conditions, 'null'))
  on conflict (direction) do update set conditions = excluded.conditions;
  return (select f from jsonb_array_elements(public.get_filters() -> 'filters') as f where f ->> 'direction' = p_direction);
end
$$;
