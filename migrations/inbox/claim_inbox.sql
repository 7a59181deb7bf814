-- Takes the next records to read, the longest waiting first. They stay in the inbox until upsert_leads has merged what the read found; when the run dies, the
-- next one takes them again. What another session is adding to right now is passed over: that session asks for a run afterwards.
--   p_limit  1 to 1,000 records
--   p_run    the run of a drain: start_sync_run('twenty_to_supabase', 'inbox')
-- Returns {claimed, leads: [{twenty_id}], remaining, read_started_at}. Raises PT409 when the run lost its lease, 22023 for a run of another kind.
create or replace function public.claim_inbox(p_limit integer default 200, p_run jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run public.lead_sync_runs;
  v_leads jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  v_run := lead_sync.hold_run(p_run);
  if v_run.mode is distinct from 'inbox' then
    raise exception 'p_run must be the run of a drain' using errcode = '22023', hint = 'Start one with the direction twenty_to_supabase and the mode inbox.';
  end if;
  perform lead_sync.spread_company_hints(v_run.object);

  with due as materialized (
    select i.object, i.record_id from lead_sync.inbox as i
    where i.object = v_run.object and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
    order by i.due_at, i.record_id
    limit p_limit
    for update skip locked
  ),
  claim as (
    update lead_sync.inbox as i set run_id = v_run.id, hinted_again_at = null
    from due as d
    where i.object = d.object and i.record_id = d.record_id
    returning i.record_id
  )
  select jsonb_agg(jsonb_build_object('twenty_id', c.record_id) order by c.record_id) into v_leads from claim as c;

  return jsonb_build_object(
    'claimed', coalesce(jsonb_array_length(v_leads), 0),
    'leads', coalesce(v_leads, '[]'),
    'remaining', (
      select count(*)
      from (
        select from lead_sync.inbox as i
        where i.object in (v_run.object, v_run.object || '.company') and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
        limit 100000
      ) as waiting
    ),
    'read_started_at', clock_timestamp()
  );
end
$$;
