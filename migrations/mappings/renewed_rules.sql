-- Those rules whose fields start anew in leads that were not merged or written since; null, as mostly, for none.
create or replace function lead_sync.renewed_rules(p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_agg(r) from jsonb_array_elements(p_rules) as r where r ? 'base_since'
$$;
