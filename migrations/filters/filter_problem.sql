-- What is wrong with the conditions of a filter, and what to do; null when they can be evaluated, or there are none.
create or replace function lead_sync.filter_problem(p_direction text, p_conditions jsonb) returns text
language plpgsql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_conditions is null then
    return null;
  elsif jsonb_typeof(p_conditions) <> 'array' or jsonb_array_length(p_conditions) not between 1 and 20 then
    return 'conditions are a list of 1 to 20, e.g. [{"attribute": "lead_source", "operator": "in", "value": ["webinar", "referral"]}]; leave them empty for no filter';
  end if;
  return (
    select 'condition ' || c.ordinality || ': ' || p.problem
    from jsonb_array_elements(p_conditions) with ordinality as c
    cross join lateral (
      select case
        when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
        when c.value ->> 'operator' = 'within_days'
          or c.value ->> 'attribute' = any (lead_sync.scoring_attributes()) and c.value ->> 'attribute' <> all (lead_sync.filter_attributes('to_twenty'))
        then 'what changes as time passes cannot be filtered by'
        when c.value ->> 'attribute' = any (lead_sync.scoring_attributes()) and c.value ->> 'attribute' <> all (lead_sync.filter_attributes(p_direction)) then
          c.value ->> 'attribute' || ' is only known of leads: filter people by what Twenty holds of them'
        else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
      end as problem
    ) as p
    where p.problem is not null
    order by c.ordinality
    limit 1
  );
end
$$;
