-- The one door. Matches, merges and answers per record, in one transaction with the page's position; see docs/data-contract.md for the shapes.
--   p_leads            up to 5,000 snapshots (p_source 'twenty') of the object of p_run, or leads (any other source)
--   p_read_started_at  when their read began, by this database's clock; default: now
--   p_run              {id, token, calls}; refused (PT409) when the run lost its lease
--   p_page             {from, until, position, has_next}
--   p_claim_token      the claim whose people were read: the answer holds its writes
--   p_missing_fields   Twenty fields that the workspace lacks
-- Returns {results, counts, writes, released, waiting, lease_seconds, has_next, position, read_started_at}. Raises 22023 on a malformed call.
create or replace function public.upsert_leads(
  p_leads jsonb,
  p_source text default 'intake',
  p_read_started_at timestamptz default null,
  p_run jsonb default null,
  p_page jsonb default null,
  p_claim_token uuid default null,
  p_missing_fields jsonb default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_read timestamptz := coalesce(p_read_started_at, clock_timestamp()); -- before any wait for a lock
  v_run public.lead_sync_runs;
  v_settings lead_sync.settings;
  v_object text;
  v_adapter text;
  v_context jsonb;
  v_unchanged_ids uuid[];
  v_unchanged jsonb;
  v_may_join boolean; -- some are absent, or have several e-mails
  v_names jsonb;
  v_items jsonb;
  v_rejected jsonb;
  v_results jsonb;
  v_planned jsonb := '{}';
  v_joined jsonb := '{}';
  v_counts jsonb;
begin
  if jsonb_typeof(p_leads) is distinct from 'array' then
    raise exception 'p_leads must be an array of leads' using errcode = '22023';
  elsif jsonb_array_length(p_leads) > 5000 then
    raise exception 'At most 5,000 leads a call, got %', jsonb_array_length(p_leads) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  perform lead_sync.refresh_statistics();
  v_run := lead_sync.hold_run(p_run);
  if p_claim_token is not null then
    perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
  end if;
  select * into strict v_settings from lead_sync.settings;
  v_object := coalesce(v_run.object, v_settings.object);
  v_adapter := lead_sync.adapter_of(v_object);
  if v_adapter <> 'lead' and p_source <> 'twenty' then
    raise exception 'The run is one of the object %, not of leads', v_object using errcode = '22023', hint = 'Write its rows into their table, or leave p_run out.';
  end if;

  if p_source = 'twenty' then
    v_names := lead_sync.names_here(v_object);
    if v_names is not null then
      select coalesce(jsonb_agg(lead_sync.translated(i.value, v_names) order by i.ordinality), '[]') into p_leads from jsonb_array_elements(p_leads) with ordinality as i;
    end if;
  end if;
  if p_source = 'twenty' and p_claim_token is null and v_adapter = 'lead' then -- a claim's leads all wait for something
    v_unchanged_ids := lead_sync.unchanged_snapshots(p_leads, v_read, v_object, p_missing_fields, v_settings.max_lead_bytes);
  end if;
  -- arrays that are made into jsonb: its own aggregate takes three times as long
  select
    coalesce(to_jsonb(array_agg(u) filter (where i.unchanged_id is not null)), '[]'),
    coalesce(to_jsonb(array_agg(case when i.unchanged_id is null then jsonb_build_object('index', i.ordinality - 1, 'snapshot', r.lead) end order by i.ordinality) filter (where i.unchanged_id is null and p.problem is null)), '[]'),
    coalesce(jsonb_agg(lead_sync.rejection((i.ordinality - 1)::integer, i.value, p.problem)) filter (where p.problem is not null), '[]'),
    coalesce(bool_or(r.lead ? 'absent' or r.lead ->> 'additional_emails' is not null), false)
  into v_unchanged, v_items, v_rejected, v_may_join
  from rows from (jsonb_array_elements(p_leads), unnest(v_unchanged_ids)) with ordinality as i (value, unchanged_id, ordinality)
  cross join lateral (
    select i.ordinality - 1 as index, i.unchanged_id as lead_id, case when i.unchanged_id is not null then (i.value ->> 'twenty_id')::uuid end as twenty_id, 'unchanged' as result, false as linked, null as reason, '{}'::text[] as fields
  ) as u
  cross join lateral (
    select case when p_source <> 'twenty' and jsonb_typeof(i.value) = 'object' then lead_sync.read_touch(lead_sync.read_lead(i.value), p_source) else i.value end as lead offset 0
  ) as r
  cross join lateral (
    select case
      when i.unchanged_id is not null then null
      -- as lead_problem has it: a call of it takes longer than all else here, and most have none
      when p_source = 'twenty' and pg_column_size(r.lead) <= v_settings.max_lead_bytes and r.lead ->> 'twenty_id' like '________-____-____-____-____________'
        and translate(r.lead ->> 'twenty_id', '0123456789abcdef', '') = '----' then null
      else lead_sync.lead_problem(r.lead, p_source, v_settings.max_lead_bytes)
    end as problem
    offset 0
  ) as p;
  if p_source = 'twenty' and v_adapter = 'lead' then
    v_items := lead_sync.judge_people(v_items, least(v_read, v_run.started_at));
  end if;

  if p_source <> 'twenty' then
    perform lead_sync.lock_touches(v_items);
  end if;
  if v_adapter = 'lead' then
    if v_items <> '[]' or p_claim_token is not null then
      perform lead_sync.lock_candidates(v_items, p_claim_token, p_source);
    end if;
  else
    perform lead_sync.lock_row_candidates(v_adapter, v_items, p_claim_token);
  end if;
  if p_source = 'twenty' and p_missing_fields is not null then
    perform set_config('lead_sync.engine', 'on', true);
    perform lead_sync.note_missing_fields(v_object, p_missing_fields);
  end if;

  v_context := jsonb_build_object(
    'adapter', v_adapter,
    'source', p_source,
    'rules', lead_sync.rules(v_object, v_run.policy),
    'read_started_at', v_read,
    'run_id', v_run.id,
    'sync_type', case
      when v_run.mode = 'reconcile' then 'reconcile'
      when v_run.mode = 'inbox' then 'webhook_update'
      when v_run.trigger = 'webhook' then 'webhook_update'
      when v_run.direction = 'supabase_to_twenty' then 'scheduled_push'
      when v_run.trigger = 'scheduled' then 'scheduled_pull'
      else 'manual'
    end,
    'absence_allowance', v_settings.absence_allowance,
    -- where deletions wait for a yes, that decides, but of a claim's people
    'suspicious', p_source = 'twenty' and v_run.mode is distinct from 'reconcile' and (v_adapter <> 'lead' or v_settings.approve_deletions is null or p_claim_token is not null)
      and v_may_join and coalesce(lead_sync.is_suspicious(v_items, jsonb_array_length(p_leads)), false)
  );

  perform set_config('lead_sync.engine', case when p_source = 'twenty' then 'on' else 'off' end, true);
  v_results := v_unchanged || v_rejected || case p_source when 'twenty' then lead_sync.merge_or_ask(v_items, v_context, p_claim_token) else lead_sync.take_in_touches(v_items, v_context) end;
  if p_source = 'twenty' and v_adapter = 'lead' then
    perform lead_sync.note_people_outside(v_items, v_results);
    if v_may_join then
      v_joined := lead_sync.join_merged(v_items, v_context);
    end if;
    if v_joined <> '{}' then
      select jsonb_agg(r || case when v_joined ? coalesce(r ->> 'lead_id', '') then jsonb_build_object(
        'joined', v_joined -> (r ->> 'lead_id'), 'reason', 'joined with lead ' || (v_joined ->> (r ->> 'lead_id')) || ': their people were merged in Twenty'
      ) else '{}' end) into v_results
      from jsonb_array_elements(v_results) as r;
    end if;
    if (select s.held_by from lead_sync.lead_states as s where s.held_by is not null order by s.held_by limit 1) is not null then
      perform lead_sync.release_held((
        select jsonb_agg(jsonb_build_object(
          'twenty_id', i -> 'snapshot' -> 'twenty_id',
          'email', i -> 'snapshot' -> 'email',
          'deleted', coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) or i -> 'snapshot' ->> 'twenty_deleted_at' is not null
        ))
        from jsonb_array_elements(v_items) as i
        join jsonb_array_elements(v_results) as r on r -> 'index' = i -> 'index' and r ->> 'result' <> 'stale'
      ));
    end if;
  end if;
  if v_run.mode = 'inbox' then
    perform lead_sync.answer_hints(v_run, v_results, v_context);
  end if;
  if p_claim_token is not null then
    perform set_config('lead_sync.engine', 'on', true);
    v_planned := lead_sync.plan_writes(p_claim_token, v_items, v_results, v_context);
    v_results := v_results || (v_planned -> 'held');
  end if;
  perform set_config('lead_sync.engine', 'off', true);

  select jsonb_build_object(
    'created', count(*) filter (where r.result = 'created'),
    'updated', count(*) filter (where r.result = 'updated'),
    'linked', count(*) filter (where r.linked),
    'unchanged', count(*) filter (where r.result = 'unchanged'),
    'conflict', count(*) filter (where r.result = 'conflict'),
    'stale', count(*) filter (where r.result = 'stale'),
    'held', count(*) filter (where r.result = 'held'),
    'rejected', count(*) filter (where r.result = 'rejected'),
    'joined', (select count(*) from jsonb_object_keys(v_joined))
  )
  into v_counts
  from (select r ->> 'result' as result, (r ->> 'linked')::boolean as linked from jsonb_array_elements(v_results) as r offset 0) as r;

  if v_run.id is not null then
    perform lead_sync.write_to_sources();
    if p_page is not null then
      perform lead_sync.store_page(
        v_run, p_page, v_read, case when (v_counts ->> 'stale')::integer > 0 then lead_sync.earliest_stale(v_items, v_results) end
      );
    end if;
    perform lead_sync.add_figures(
      v_run.id,
      (v_counts - 'conflict') || jsonb_build_object(
        'conflicts', v_counts -> 'conflict', 'pages', (p_page is not null)::integer, 'read', jsonb_array_length(p_leads), 'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
      ),
      p_missing_fields
    );
  end if;

  if p_claim_token is not null then
    perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
  end if;
  return jsonb_build_object(
    'results', v_results,
    'counts', v_counts,
    'writes', coalesce(v_planned -> 'writes', '[]'),
    'released', coalesce((v_planned ->> 'released')::integer, 0),
    'waiting', coalesce((v_planned ->> 'waiting')::integer, 0),
    'lease_seconds', v_planned -> 'lease_seconds',
    'has_next', p_page -> 'has_next',
    'position', p_page -> 'position',
    'read_started_at', clock_timestamp()
  );
end
$$;
