-- A value as it is, or, of a long one, the beginning of its text: what is shown has bounds.
create or replace function lead_sync.short_value(p_value jsonb, p_longest integer) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when length(p_value #>> '{}') > p_longest then to_jsonb(left(p_value #>> '{}', p_longest) || '…') else p_value end
$$;
