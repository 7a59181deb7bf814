-- What is still agreed with a record that one of our writes has made again, under the id of the one that somebody destroyed meanwhile: such a write sends a name as a whole, say,
-- and what came so is as it was when both sides agreed. What was edited here since goes out.
--   p_base  either side's; p_base_remote, p_remote: what was agreed, and what Twenty has now
create or replace function lead_sync.still_agreed(p_base jsonb, p_base_remote jsonb, p_remote jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(b.key, b.value), '{}') from jsonb_each(p_base) as b where p_base_remote -> b.key = p_remote -> b.key
$$;
