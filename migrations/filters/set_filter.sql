-- Sets the filter of a direction, or takes it away.
--   p_direction   to_twenty: which leads travel out; to_supabase: which people come in
--   p_conditions  a list of {attribute, operator, value} as in scoring, all of which must hold; null: no filter
-- What enters starts by itself: leads with the next pushes, people with the next reconciliation, which compares all ids. Returns the filter as get_filters has it.
-- Raises 22023 when the conditions cannot be evaluated. preview_filter says before what it would do.
create or replace function public.set_filter(p_direction text, p_conditions jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
    raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
  end if;
  insert into lead_sync.lead_filters (direction, conditions) values (p_direction, nullif(p_conditions, 'null'))
  on conflict (direction) do update set conditions = excluded.conditions;
  return (select f from jsonb_array_elements(public.get_filters() -> 'filters') as f where f ->> 'direction' = p_direction);
end
$$;
