-- The values that a snapshot, or an answer of Twenty, of an object other than leads states, as stated_values has it for leads: blanks are nulls.
create or replace function lead_sync.stated_fields(p_snapshot jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(
    e.key, case jsonb_typeof(e.value) when 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null') else e.value end
  ), '{}')
  from jsonb_each(p_snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'absent']) as e
$$;
