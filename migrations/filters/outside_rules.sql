-- The rules for a person outside: of what only Twenty changed nothing is taken, and it is not agreed, so that it is taken when they enter; what changed here as well goes
-- out, as a conflict. Deletion travels as always.
create or replace function lead_sync.outside_rules(p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(case
    when r.value ->> 'field' = 'deleted' or r.value ->> 'direction' <> 'both' then r.value
    else r.value || '{"outside": true, "policy": "supabase_wins"}'
  end order by r.ordinality), '[]')
  from jsonb_array_elements(p_rules) with ordinality as r
  where r.value ->> 'field' = 'deleted' or r.value ->> 'direction' <> 'to_supabase'
$$;
