-- Whether the workspace lacks a field of Twenty: by its first name or, where the company lacks it, by the first two. p_missing: ["leadScore", "company.employees"].
create or replace function lead_sync.is_lacking(p_twenty_field text, p_missing jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_missing ?| array[split_part(p_twenty_field, '.', 1), substring(p_twenty_field from '^\w+\.\w+')]
$$;
