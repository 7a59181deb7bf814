-- One line of the integrity report.
create or replace function lead_sync.check_line(p_check text, p_found bigint, p_limit bigint, p_fixed bigint, p_message text, p_examples uuid[] default '{}')
returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'check', p_check, 'ok', p_found <= p_limit, 'found', p_found, 'limit', p_limit, 'fixed', p_fixed, 'message', p_message,
    'examples', coalesce(to_jsonb(p_examples), '[]')
  )
$$;
