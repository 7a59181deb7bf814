create or replace function lead_sync.scoring_operators() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array[
    'equals', 'not_equals', 'in', 'not_in', 'contains', 'contains_word', 'starts_with', 'ends_with', 'greater', 'less', 'between', 'is_set', 'is_not_set',
    'within_days'
  ]
$$;
