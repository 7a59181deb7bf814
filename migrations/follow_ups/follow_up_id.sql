-- The same id for the same lead and rule, always: however often a task is made, Twenty has it once. A UUID in the form of version 5, from a hash of its parts: Twenty takes no later ones.
create or replace function lead_sync.follow_up_id(p_lead_id uuid, p_rule_key text, p_kind text) returns uuid
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select overlay(overlay(md5('lead follow-up ' || p_kind || ' ' || p_lead_id || ' ' || p_rule_key) placing '5' from 13) placing '8' from 17)::uuid
$$;
