-- What is left of a base when the record is another incarnation: whether the one before was deleted.
create or replace function lead_sync.agreed_deletion(p_base jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when p_base ? 'deleted' then '{"deleted": true}'::jsonb else '{}'::jsonb end
$$;
