-- The fields in which two sets of values differ.
create or replace function lead_sync.changed_fields(p_before jsonb, p_after jsonb) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_before = p_after then
    return '{}';
  end if;
  return array(select k from jsonb_object_keys(p_before || p_after) as k where (p_before -> k) is distinct from (p_after -> k) order by k);
end
$$;
