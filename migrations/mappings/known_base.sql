-- A base without the fields that start anew. p_settled_at: when the lead was last merged or written; p_renewed: of renewed_rules.
create or replace function lead_sync.known_base(p_base jsonb, p_settled_at timestamptz, p_renewed jsonb) returns jsonb
language sql stable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_base - array(select r ->> 'field' from jsonb_array_elements(p_renewed) as r where (r ->> 'base_since')::timestamptz > p_settled_at)
$$;
