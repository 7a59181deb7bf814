-- An attributes object with the taken "attributes.<key>" fields applied; a blank removes its key.
create or replace function lead_sync.apply_attributes(p_attributes jsonb, p_taken jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(
    p_attributes
    - coalesce(array_agg(substr(t.key, 12)) filter (where t.value = 'null'), '{}')
    || coalesce(jsonb_object_agg(substr(t.key, 12), t.value) filter (where t.value <> 'null'), '{}'),
    p_attributes
  )
  from jsonb_each(p_taken) as t
  where t.key like 'attributes.%'
$$;
