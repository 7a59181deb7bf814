-- The columns of several texts as values.
create or replace function lead_sync.list_values(p_emails text[], p_phones text[]) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'additional_emails', lead_sync.clean_list(to_jsonb(p_emails)), 'additional_phones', lead_sync.clean_list(to_jsonb(p_phones))
  ))
$$;
