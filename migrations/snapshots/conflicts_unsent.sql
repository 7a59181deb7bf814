-- The conflicts that a merge makes of values that never were in Twenty: those of left-out fields that are taken from there, and, of a create that landed unheard, the
-- blanks that somebody may have made since.
create or replace function lead_sync.conflicts_unsent(p_left_out jsonb, p_taken jsonb, p_sent jsonb, p_stated jsonb, p_local jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'field', r ->> 'field', 'winner', case when p_taken ? (r ->> 'field') then 'twenty' else 'supabase' end,
    'supabase_value', p_local -> (r ->> 'field'), 'twenty_value', coalesce(p_taken, p_stated) -> (r ->> 'field'),
    'reason', case
      when p_taken ? (r ->> 'field') then 'the value here was left out of what Twenty got'
      else 'blank when the new person was first seen: the value may not have arrived'
    end
  )), '[]')
  from jsonb_array_elements(p_rules) as r
  where r ->> 'direction' = 'both' and p_local ? (r ->> 'field') and case
    when p_sent is null then p_left_out ? (r ->> 'field') and p_taken ? (r ->> 'field')
    else p_sent ? (r ->> 'field') and p_stated -> (r ->> 'field') = 'null'
  end
$$;
