-- Notes what became of calls that were in progress when their source first showed them: how long, whose, whether answered. What says less than is known stays out, and so does a
-- shorter duration: a call only gets longer, and what is shorter was read before. A touch whose lead was deleted, and what a touch says of when and by which campaign, stay as they are.
--   p_touches  as upsert_leads takes them, each once, up to 10,000: [{external_id, medium, agent, duration_seconds, outcome, raw}]
-- Returns {updated}: how many changed.
create or replace function public.update_touches(p_source text, p_touches jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_updated integer;
begin
  if jsonb_typeof(p_touches) is distinct from 'array' then
    raise exception 'p_touches must be an array of touches' using errcode = '22023', hint = 'Pass [{"external_id": "…", "duration_seconds": 61}].';
  elsif jsonb_array_length(p_touches) > 10000 then
    raise exception 'At most 10,000 touches a call, got %', jsonb_array_length(p_touches) using errcode = '22023', hint = 'Send smaller batches.';
  end if;

  with told as materialized (
    select
      t.touch ->> 'external_id' as external_id, t.touch ->> 'medium' as medium, t.touch ->> 'agent' as agent,
      (t.touch ->> 'duration_seconds')::numeric as duration_seconds, t.touch ->> 'outcome' as outcome, t.touch -> 'raw' as raw
    from jsonb_array_elements(p_touches) as t (touch)
    where lead_sync.touch_problem(t.touch) is null
  ),
  known as materialized (
    select k.id from public.lead_touches as k
    where k.source = p_source and k.external_id in (select t.external_id from told as t) and k.lead_id is not null
    order by k.id -- one order everywhere means no deadlock
    for update
  )
  update public.lead_touches as k set
    medium = coalesce(t.medium, k.medium),
    agent = coalesce(t.agent, k.agent),
    duration_seconds = coalesce(t.duration_seconds, k.duration_seconds),
    outcome = coalesce(t.outcome, k.outcome),
    raw = case when k.raw is not null then coalesce(nullif(t.raw, 'null'), k.raw) end
  from told as t
  where k.id in (select n.id from known as n) and k.source = p_source and k.external_id = t.external_id
    and coalesce(t.duration_seconds, 0) >= coalesce(k.duration_seconds, 0)
    and (coalesce(t.medium, k.medium), coalesce(t.agent, k.agent), coalesce(t.duration_seconds, k.duration_seconds), coalesce(t.outcome, k.outcome))
      is distinct from (k.medium, k.agent, k.duration_seconds, k.outcome);
  get diagnostics v_updated = row_count;
  return jsonb_build_object('updated', v_updated);
end
$$;
