-- The next turn to call Twenty, in the one order of all processes. A process asks once for each call, waits for wait_ms, and calls.
--   p_workspace  host and port of Twenty's address and, where the API key says it, the workspace's id: api.twenty.com/<id>
--   p_learned    what the process knows of the limit: {belief, calls_per_minute, at_once, age, ...}; age: milliseconds since `since` of LearnedRate
--   p_base       the belief of this row that p_learned comes from; null for none. What builds on another one is not taken over: its caller learns first.
--   p_reserve    calls that are left to those who come with a smaller reserve: webhooks and people come with none
--   p_refused    whether Twenty has just refused a call of this process for its limit
--   p_within_ms  how long the caller can wait; null for as long as it takes
-- Returns {granted, wait_ms, ahead: turns before it, paced, pressed: as in the nodes' Pace, belief, learned: null where the caller knows it}.
create or replace function public.take_call(
  p_workspace text, p_learned jsonb, p_base bigint default null, p_reserve integer default 0, p_refused boolean default false,
  p_within_ms double precision default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  -- a turn that a crash of the database forgets is no loss: a call need not wait for the disk
  perform set_config('synchronous_commit', 'off', true);
  return lead_sync.take_turn(p_workspace, p_learned, p_base, p_reserve, p_refused, p_within_ms);
end
$$;
