-- What take_call does, at the moment p_now; null for the moment at which the row is its own.
-- The bucket is the server's, a little slower (62 s for a minute): whole tokens come back, one an interval, and each call starts the interval's clock again, so that
-- fractions are lost. A turn is given away ahead of its time, so nobody asks twice, and a process that dies with one has cost one interval.
-- Who leaves a reserve and finds less than that waits for two tokens where others wait for one: it fills again, and nobody is kept from calling.
create or replace function lead_sync.take_turn(
  p_workspace text, p_learned jsonb, p_base bigint, p_reserve integer, p_refused boolean, p_within_ms double precision, p_now timestamptz default null
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_row lead_sync.rate_limits;
  v_now timestamptz;
  v_knows boolean;
  v_interval double precision;
  v_at_once integer;
  v_reserve integer;
  v_since double precision;
  v_steps integer;
  v_at double precision;
  v_wait double precision;
  v_paced boolean;
  v_tokens integer;
  v_granted boolean;
begin
  select * into v_row from lead_sync.rate_limits as r where r.workspace = p_workspace for update;
  if not found then
    v_now := coalesce(p_now, clock_timestamp());
    insert into lead_sync.rate_limits (workspace, tokens, taken_at, learned, learned_at)
    values (p_workspace, (p_learned ->> 'at_once')::integer, v_now, p_learned, v_now)
    on conflict do nothing;
    select * into strict v_row from lead_sync.rate_limits as r where r.workspace = p_workspace for update;
  end if;
  v_now := coalesce(p_now, clock_timestamp());
  -- further ahead than anybody waits: the clock was set back
  if v_row.taken_at > v_now + make_interval(secs => greatest(coalesce(p_within_ms, 0) / 1000, 600)) then
    v_row.tokens := 0;
    v_row.taken_at := v_now;
  end if;
  v_knows := p_base is not distinct from (v_row.learned ->> 'belief')::bigint;
  if v_knows and p_learned -> 'belief' <> v_row.learned -> 'belief' then
    v_row.learned := p_learned;
    v_row.learned_at := v_now;
  end if;
  if p_refused then
    v_row.tokens := 0;
    v_row.taken_at := greatest(v_row.taken_at, v_now);
  end if;

  v_interval := 62000 / (v_row.learned ->> 'calls_per_minute')::double precision;
  v_at_once := (v_row.learned ->> 'at_once')::integer;
  v_reserve := least(p_reserve, v_at_once - 1);
  v_row.tokens := least(v_row.tokens, v_at_once);
  v_paced := v_row.tokens <= v_reserve;
  v_since := extract(epoch from v_now - v_row.taken_at) * 1000;
  v_steps := least(greatest(1 + v_reserve - v_row.tokens, 0), 2);
  v_at := greatest(v_since, v_steps * v_interval);
  if v_since < 0 and v_row.tokens - ceil(v_since / v_interval / -2) > v_reserve + 1 then
    -- Before turns that are given away, of tokens that are there by now: turns ahead add one in two intervals at most. The clock that starts again
    -- in between may cost one token more.
    v_at := v_since;
    v_tokens := v_row.tokens - 2;
  else
    v_tokens := least(v_at_once, v_row.tokens + greatest(v_steps, floor(least(v_at / v_interval, v_at_once)))) - 1;
  end if;
  v_wait := v_at - v_since;
  v_granted := v_wait <= coalesce(p_within_ms, v_wait);
  update lead_sync.rate_limits as r
  set
    tokens = case when v_granted then v_tokens else v_row.tokens end,
    taken_at = greatest(v_row.taken_at, case when v_granted then v_now + make_interval(secs => v_wait / 1000) end),
    learned = v_row.learned,
    learned_at = v_row.learned_at
  where r.workspace = p_workspace;

  return jsonb_build_object(
    'granted', v_granted,
    'wait_ms', v_wait,
    'ahead', ceil(greatest(-v_since, 0) / v_interval),
    'paced', v_paced,
    'pressed', v_paced and v_steps = 1 and v_at <= v_interval * 1.1,
    'belief', v_row.learned -> 'belief',
    'learned', case
      when not v_knows then v_row.learned || jsonb_build_object('age', (v_row.learned ->> 'age')::double precision + extract(epoch from v_now - v_row.learned_at) * 1000)
    end
  );
end
$$;
