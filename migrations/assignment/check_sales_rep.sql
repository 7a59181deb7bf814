-- Refuses conditions that cannot be evaluated, by the sales rep's name and with what to do.
create or replace function lead_sync.check_sales_rep() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text;
begin
  if new.conditions is not null and (jsonb_typeof(new.conditions) <> 'array' or new.conditions = '[]') then
    v_problem := 'conditions are a list, e.g. [{"attribute": "country_code", "operator": "in", "value": ["de", "at"]}]; leave them empty for any lead';
  elsif new.conditions is not null then
    select 'condition ' || c.ordinality || ': ' || p.problem into v_problem
    from jsonb_array_elements(new.conditions) with ordinality as c
    cross join lateral (
      select case
        when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
        else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
      end as problem
    ) as p
    where p.problem is not null
    order by c.ordinality
    limit 1;
  end if;
  if v_problem is not null then
    raise exception 'Sales rep "%": %', new.name, v_problem using errcode = '22023', hint = 'The row was not saved. Correct it and save it again.';
  end if;
  return new;
end
$$;
