-- Twenty's categories and the sync's own reasons in six groups: auth, rate_limit, validation, conflict, network, server.
create or replace function lead_sync.error_group(p_message text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_message ~ '^(auth|permission):' then 'auth'
    when p_message ~ '^rate_limit:' then 'rate_limit'
    when p_message ~ '^(validation|not_found|database|statement_timeout):' then 'validation'
    when p_message ~ '^(conflict|duplicate|tombstone|duplicate_of [0-9a-f-]+)\M' then 'conflict'
    when p_message ~ '^(network|timeout):' then 'network'
    when p_message ~ '^server:' then 'server'
    -- a run's own failure is free text
    when p_message ~* '\m(401|403|unauthori[sz]ed|forbidden|api key|credential|permission)' then 'auth'
    when p_message ~* '\m(429|rate limit|too many requests)' then 'rate_limit'
    when p_message ~* '(time[ds]? ?out|timeout|econn|enotfound|eai_again|socket|network|unreachable|could not be reached|did not answer|502|503|504)' then 'network'
    when p_message ~* '\m(duplicate|conflict)' then 'conflict'
    when p_message ~* '\m(invalid|validation|must be|unknown field|400)' then 'validation'
    else 'server'
  end
$$;
