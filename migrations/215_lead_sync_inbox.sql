-- The inbox: a webhook is a hint that a record of Twenty changed, never data. Hints wait here, one row a record, until a drain reads the record again and
-- merges it through the one door. Nothing depends on it: what webhooks lose, the next pull finds.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Counts what came in or went out, in this session's row of the hour.
create or replace function lead_sync.count_hints(p_added integer, p_coalesced integer, p_ignored integer, p_drained integer) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.inbox_hours as h (hour, shard, received, added, coalesced, ignored, drained)
  values (date_trunc('hour', now()), pg_backend_pid() % 16, p_added + p_coalesced + p_ignored, p_added, p_coalesced, p_ignored, p_drained)
  on conflict (hour, shard) do update set
    received = h.received + excluded.received,
    added = h.added + excluded.added,
    coalesced = h.coalesced + excluded.coalesced,
    ignored = h.ignored + excluded.ignored,
    drained = h.drained + excluded.drained;
$$;

-- Puts records that webhooks named into the inbox, one row each however many hints come. A record that is being read right now is read once more.
--   p_events  [{object, record_id}], up to 10,000; more keys are ignored, and so are objects that are not synced
-- Hints for companies count where fields of the company are mapped. Returns {added, coalesced, ignored, waiting}: new rows, hints for rows
-- that were waiting already, hints for nothing that is synced, and how many records wait now (counted up to 100,000).
create or replace function public.add_to_inbox(p_events jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_objects text[];
  v_known integer;
  v_added integer;
  v_ignored integer;
begin
  if jsonb_typeof(p_events) is distinct from 'array' then
    raise exception 'p_events must be an array of events' using errcode = '22023', hint = 'Pass [{"object": "person", "record_id": "…"}].';
  elsif jsonb_array_length(p_events) > 10000 then
    raise exception 'At most 10,000 events a call, got %', jsonb_array_length(p_events) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  select array[s.object] || case
    when exists (select from lead_sync.field_mappings as m where m.object = s.object and m.enabled and m.twenty_field like 'company.%')
      then array['company']
    else '{}'
  end
  into strict v_objects
  from lead_sync.settings as s;

  with event as materialized (
    select e ->> 'object' as object, case when lead_sync.is_uuid(e ->> 'record_id') then (e ->> 'record_id')::uuid end as record_id
    from jsonb_array_elements(p_events) as e
  ),
  record as materialized (
    select e.object, e.record_id, count(*)::integer as hints
    from event as e
    where e.object = any (v_objects) and e.record_id is not null
    group by e.object, e.record_id
  ),
  noted as (
    insert into lead_sync.inbox as i (object, record_id, hints)
    select r.object, r.record_id, r.hints from record as r
    order by r.object, r.record_id -- one order everywhere means no deadlock
    on conflict (object, record_id) do update set
      hints = i.hints + excluded.hints,
      due_at = least(i.due_at, excluded.due_at),
      hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end
    returning i.object, i.record_id, i.hints
  )
  select
    (select coalesce(sum(r.hints), 0) from record as r),
    (select count(*) from noted as n join record as r using (object, record_id) where n.hints = r.hints),
    (select count(*) from event) - (select coalesce(sum(r.hints), 0) from record as r)
  into v_known, v_added, v_ignored;

  perform lead_sync.count_hints(v_added, v_known - v_added, v_ignored, 0);
  return jsonb_build_object(
    'added', v_added,
    'coalesced', v_known - v_added,
    'ignored', v_ignored,
    'waiting', (select count(*) from (select from lead_sync.inbox as i limit 100000) as waiting)
  );
end
$$;

-- Turns hints for companies into hints for the people of those companies, as the last reads of these people saw them. A person who joined the company since
-- has a hint of its own, or is seen by the next pull; a company destroyed in Twenty can be answered in no other way: its people have lost its id.
create or replace function lead_sync.spread_company_hints(p_object text) returns void
language sql volatile set search_path = '' as $$
  with chosen as materialized (
    select i.object, i.record_id from lead_sync.inbox as i
    where i.object = 'company' and i.due_at <= clock_timestamp()
    order by i.record_id
    limit 1000
    for update skip locked
  ),
  taken as (
    delete from lead_sync.inbox as i using chosen as c
    where i.object = c.object and i.record_id = c.record_id
    returning i.record_id, i.waiting_since
  )
  insert into lead_sync.inbox as i (object, record_id, waiting_since)
  select p_object, l.twenty_id, min(t.waiting_since)
  from taken as t
  join lead_sync.lead_states as s on s.company_id = t.record_id
  join public.leads as l on l.id = s.lead_id
  where l.twenty_id is not null and not s.gone
  group by l.twenty_id
  order by l.twenty_id
  on conflict (object, record_id) do update set
    hints = i.hints + 1,
    waiting_since = least(i.waiting_since, excluded.waiting_since),
    due_at = least(i.due_at, excluded.due_at),
    hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end;
$$;

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
        where i.object in (v_run.object, 'company') and i.due_at <= clock_timestamp() and i.run_id is distinct from v_run.id
        limit 100000
      ) as waiting
    ),
    'read_started_at', clock_timestamp()
  );
end
$$;

-- In the transaction that merged a drain's read: records leave the inbox, unless a hint came after the read began, or what was read was older than the lead
-- (a push was just writing it). A record that was not found waits until its absence can be confirmed.
create or replace function lead_sync.answer_hints(p_run public.lead_sync_runs, p_results jsonb, p_context jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_drained integer;
begin
  perform from lead_sync.inbox as i where i.run_id = p_run.id order by i.object, i.record_id for update;

  with answer as materialized (
    select
      (r ->> 'twenty_id')::uuid as record_id,
      bool_or(r ->> 'result' = 'stale') as stale,
      bool_or(r ->> 'result' = 'held') as absent,
      min(r ->> 'lead_id')::uuid as lead_id
    from jsonb_array_elements(p_results) as r
    where lead_sync.is_uuid(r ->> 'twenty_id')
    group by 1
  ),
  answered as materialized (
    select i.object, i.record_id, i.hinted_again_at, not a.stale and not a.absent as done, s.absent_since
    from lead_sync.inbox as i
    join answer as a on a.record_id = i.record_id
    left join lead_sync.lead_states as s on a.absent and s.lead_id = a.lead_id
    where i.run_id = p_run.id and i.object = p_run.object
  ),
  leave as (
    delete from lead_sync.inbox as i using answered as a
    where i.object = a.object and i.record_id = a.record_id and a.done and a.hinted_again_at is null
  ),
  stay as (
    update lead_sync.inbox as i set
      run_id = null,
      hints = case when a.done then 1 else i.hints end,
      waiting_since = case when a.done then a.hinted_again_at else i.waiting_since end,
      due_at = case
        when a.hinted_again_at is null and (p_context ->> 'suspicious')::boolean then clock_timestamp() + interval '1 minute'
        when a.hinted_again_at is null and a.absent_since is not null then a.absent_since + (p_context ->> 'absence_allowance')::interval
        else clock_timestamp()
      end,
      hinted_again_at = null
    from answered as a
    where i.object = a.object and i.record_id = a.record_id and not (a.done and a.hinted_again_at is null)
  )
  select count(*) into v_drained from answered as a where a.done;

  perform lead_sync.count_hints(0, 0, 0, v_drained);
  perform lead_sync.add_figures(p_run.id, jsonb_build_object('drained', v_drained), null);
end
$$;

-- At the end of a drain: what it claimed and did not finish waits for the next one.
create or replace function lead_sync.give_hints_back(p_run_id uuid) returns void
language sql volatile set search_path = '' as $$
  update lead_sync.inbox as i set run_id = null, hinted_again_at = null where i.run_id = p_run_id;
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.add_to_inbox(jsonb) from public, anon, authenticated;
grant execute on function public.add_to_inbox(jsonb) to service_role;
revoke all on function public.claim_inbox(integer, jsonb) from public, anon, authenticated;
grant execute on function public.claim_inbox(integer, jsonb) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
