-- Takes the next hints of a source to read, the longest due first. They are due again after 10 minutes, longer than a call of a source waits: a reader that
-- dies loses none. What another session is claiming right now is passed over.
--   p_limit  1 to 1,000 hints
-- Returns {claim_token, hints: [{external_id, hint, attempts}], remaining}; settle_intake takes the token and says what became of each.
create or replace function public.claim_intake(p_source text, p_limit integer default 200) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_token uuid := gen_random_uuid();
  v_hints jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;

  with due as materialized (
    select i.source, i.external_id from lead_sync.intake_inbox as i
    where i.source = p_source and i.done_at is null and i.due_at <= clock_timestamp()
    order by i.due_at, i.external_id
    limit p_limit
    for update skip locked
  ),
  claim as (
    update lead_sync.intake_inbox as i set claim_token = v_token, due_at = clock_timestamp() + interval '10 minutes', attempts = i.attempts + 1
    from due as d
    where i.source = d.source and i.external_id = d.external_id
    returning i.external_id, i.hint, i.attempts
  )
  select jsonb_agg(jsonb_build_object('external_id', c.external_id, 'hint', c.hint, 'attempts', c.attempts) order by c.external_id)
  into v_hints from claim as c;

  return jsonb_build_object('claim_token', v_token, 'hints', coalesce(v_hints, '[]'), 'remaining', lead_sync.count_intake(p_source));
end
$$;
