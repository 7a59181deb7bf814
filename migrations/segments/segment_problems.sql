-- What is wrong with a segment: {column: what, and what to do}, {} when its criteria can be evaluated.
create or replace function lead_sync.segment_problems(p_segment public.customer_segments) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'segment_name', case when coalesce(btrim(p_segment.segment_name), '') = '' then 'segment_name is blank: give the segment a name' end,
    'threshold', case when p_segment.threshold is null or p_segment.threshold <= 0 or p_segment.threshold > 1 then
      'threshold must be above 0 and at most 1, got ' || coalesce(p_segment.threshold::text, 'nothing')
    end,
    'criteria', case
      when p_segment.criteria is not null and (jsonb_typeof(p_segment.criteria) <> 'array' or p_segment.criteria = '[]') then
        'criteria are a list, e.g. [{"attribute": "company_employees", "operator": "greater", "value": 1000}]; leave them empty for a segment that only people and AI choose'
      when p_segment.criteria is not null then (
        select 'criterion ' || c.ordinality || ': ' || p.problem
        from jsonb_array_elements(p_segment.criteria) with ordinality as c
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
        limit 1
      )
    end
  ));
end
$$;
