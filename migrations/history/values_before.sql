-- Of the fields that are written, the values before; of a field that was blank, none. p_values: {field: value}; p_written: the same, null blanks.
create or replace function lead_sync.values_before(p_values jsonb, p_written jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (select coalesce(jsonb_object_agg(k, p_values -> k), '{}') from jsonb_object_keys(p_written) as k where p_values ? k);
end
$$;
