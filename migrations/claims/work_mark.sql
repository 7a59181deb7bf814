-- What lead_sync.push_at_work holds while a call with this claim token is at work. Below it: 0, nothing; 1 to 31, a claim of leads with one stall fewer.
create or replace function lead_sync.work_mark(p_claim_token uuid) returns bigint
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select 32 + (hashtextextended(p_claim_token::text, 0) & 4611686018427387903)
$$;
