-- {attribute, operator or value: the problem}, of what condition_problem says; {} for none.
create or replace function lead_sync.condition_problem_at(p_problem text) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when p_problem is null then '{}' else jsonb_build_object(case
    when p_problem like 'there is no attribute%' then 'attribute'
    when p_problem ~ '^(there is no operator|\S+ is (not )?an? (time|number|text))' then 'operator'
    else 'value'
  end, p_problem) end
$$;
