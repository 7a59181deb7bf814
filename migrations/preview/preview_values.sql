-- Of a row's values, what an example shows: who or what it is, and the fields that it is about.
create or replace function lead_sync.preview_values(p_values jsonb, p_fields jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value), '{}')
  from jsonb_each(jsonb_strip_nulls(p_values)) as e
  where e.key in ('first_name', 'last_name', 'email', 'company_name', 'name') or p_fields ? e.key
$$;
