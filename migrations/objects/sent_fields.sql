-- Values of a row in the form in which they go out: an amount of money always names its currency, null for none.
create or replace function lead_sync.sent_fields(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, case when jsonb_typeof(e.value) = 'object' and e.value ? 'amount' then '{"currency": null}'::jsonb || e.value else e.value end), '{}')
  from jsonb_each(p_values) as e
$$;
