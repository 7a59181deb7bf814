-- Refuses criteria that cannot be evaluated, by the segment's name and with what to do.
create or replace function lead_sync.check_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text;
begin
  if new.threshold is null or new.threshold <= 0 or new.threshold > 1 then
    v_problem := 'threshold must be above 0 and at most 1, got ' || coalesce(new.threshold::text, 'nothing');
  elsif new.criteria is not null and (jsonb_typeof(new.criteria) <> 'array' or new.criteria = '[]') then
    v_problem := 'criteria are a list, e.g. [{"attribute": "company_employees", "operator": "greater", "value": 1000}]; leave them empty for a segment that only people and AI choose';
  elsif new.criteria is not null then
    select 'criterion ' || c.ordinality || ': ' || p.problem into v_problem
    from jsonb_array_elements(new.criteria) with ordinality as c
    cross join lateral (
      select case
        when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
        when c.value ->> 'attribute' = 'segment' then 'a segment cannot depend on segments'
        when jsonb_typeof(c.value -> 'weight') <> 'number' then 'weight must be a number'
        when (c.value ->> 'weight')::numeric not between 0.01 and 100 then 'weight must be between 0.01 and 100'
        else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
      end as problem
    ) as p
    where p.problem is not null
    order by c.ordinality
    limit 1;
  end if;
  if v_problem is not null then
    raise exception 'Segment "%": %', new.segment_name, v_problem using errcode = '22023', hint = 'The segment was not saved. Correct it and save it again.';
  end if;
  return new;
end
$$;
