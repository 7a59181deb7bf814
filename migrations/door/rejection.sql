-- The answer for an item that was not taken.
create or replace function lead_sync.rejection(p_index integer, p_lead jsonb, p_reason text) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'index', p_index, 'lead_id', null, 'twenty_id', case when jsonb_typeof(p_lead) = 'object' then p_lead -> 'twenty_id' end, 'result', 'rejected',
    'linked', false, 'reason', p_reason, 'fields', '[]'::jsonb
  )
$$;
