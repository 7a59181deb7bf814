-- Values with one of them set, or left out when it is blank.
create or replace function lead_sync.set_value(p_values jsonb, p_field text, p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when p_value is null or p_value = 'null' then p_values - p_field else p_values || jsonb_build_object(p_field, p_value) end
$$;
