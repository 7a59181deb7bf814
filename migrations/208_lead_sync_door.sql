-- The one door: every Twenty snapshot and every lead from elsewhere comes in through upsert_leads.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Why an item cannot be taken at all, or null. p_lead: of another source as read_lead has it. p_max_bytes: of settings; a snapshot, which brings its values and the record that they are from, may have twice as many.
create or replace function lead_sync.lead_problem(p_lead jsonb, p_source text, p_max_bytes integer) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when jsonb_typeof(p_lead) <> 'object' then 'not an object: a lead is {"email": …, "first_name": …}'
    when pg_column_size(p_lead) > case p_source when 'twenty' then 2 else 1 end * p_max_bytes then format(
      'it has %s bytes, most of them in %s; at most %s are taken: shorten it, or raise max_lead_bytes in lead_sync.settings', pg_column_size(p_lead),
      (select e.key from jsonb_each(p_lead) as e order by pg_column_size(e.value) desc limit 1), case p_source when 'twenty' then 2 else 1 end * p_max_bytes
    )
    when p_source = 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'twenty_id'), false) then 'twenty_id must be the UUID of the Twenty record'
    when p_source <> 'twenty' and lead_sync.value_problem(p_lead) is not null then lead_sync.value_problem(p_lead)
    when p_source <> 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'id'), true) then 'id must be a UUID'
    when p_source <> 'twenty' and p_lead ->> 'email' is null and jsonb_strip_nulls(lead_sync.stated_values(p_lead)) = '{}' then 'no lead field has a value' || coalesce('; not known: ' || nullif(lead_sync.ignored_fields(p_lead), '[]')::text, '')
  end
$$;

drop function if exists lead_sync.lead_problem(jsonb, text);

-- The answer for an item that was not taken.
create or replace function lead_sync.rejection(p_index integer, p_lead jsonb, p_reason text) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'index', p_index, 'lead_id', null, 'twenty_id', case when jsonb_typeof(p_lead) = 'object' then p_lead -> 'twenty_id' end, 'result', 'rejected',
    'linked', false, 'reason', p_reason, 'fields', '[]'::jsonb
  )
$$;

-- Whether an error is nothing that one row did: it ends the whole call. Connection, rollback and deadlock, resources, shutdown and cancellation, system, locks.
create or replace function lead_sync.ends_the_call(p_state text) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_state ~ '^(08|40|53|57|58)' or p_state = '55P03'
$$;

-- Has constraint triggers on leads that wait for the end of the transaction fire now: there, what they raise would fail the whole call.
create or replace function lead_sync.check_now() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from pg_catalog.pg_trigger as t where t.tgrelid = 'public.leads'::regclass and t.tginitdeferred) then
    set constraints all immediate;
  end if;
end
$$;

-- Writes how leads stand into their rows. p_items: [{lead_id, sync_status, …}]; what an item does not name stays.
--   error           the message; null: none      count           0: errors count anew
--   sync_direction  of the last change           last_synced_at  when the sides agreed
create or replace function lead_sync.mark_leads(p_items jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  update public.leads as l set
    sync_status = i ->> 'sync_status',
    sync_error_message = case when i ? 'error' then i ->> 'error' else l.sync_error_message end,
    sync_error_count = coalesce((i ->> 'count')::integer, l.sync_error_count),
    sync_direction = coalesce(i ->> 'sync_direction', l.sync_direction),
    last_synced_at = coalesce((i ->> 'last_synced_at')::timestamptz, l.last_synced_at)
  from jsonb_array_elements(p_items) as i
  where l.id = (i ->> 'lead_id')::uuid;
  return '[]';
end
$$;

-- Gives a lead back that this database does not get on with, with the reason. It is tried again like a lead that Twenty refuses, and is a dead letter after as many tries.
-- What may have been sent stays recorded.
--   p_claim_token  only while that claim holds it; null: whoever does
--   p_category     database: its row cannot be written; statement_timeout: it takes too long
--   p_context      {run_id, sync_type, state_only}; state_only: its row is not even tried
-- Returns {lead_id, ok: false, sync_status, dead, retry_at}; lead_id is null when there is no such lead.
create or replace function lead_sync.refuse_lead(p_lead_id uuid, p_claim_token uuid, p_category text, p_reason text, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.lead_states;
  v_error text;
begin
  update lead_sync.lead_states as s set
    claim_token = null,
    lease = null,
    retries = s.retries + 1,
    due_at = case when s.retries + 1 < t.max_attempts then clock_timestamp() + lead_sync.backoff(s.retries + 1, t.backoff_first, t.backoff_longest) end,
    due_since = coalesce(s.due_since, clock_timestamp()),
    error_category = p_category,
    error_at = clock_timestamp(),
    refusal = p_reason
  from lead_sync.settings as t
  where s.lead_id = p_lead_id and (p_claim_token is null or s.claim_token = p_claim_token)
  returning s.* into v_state;
  if not found then
    return '{"lead_id": null, "ok": false}';
  end if;

  begin
    update public.leads as l set sync_status = 'error', sync_error_message = p_reason, sync_error_count = l.sync_error_count + 1
    where l.id = p_lead_id and not coalesce((p_context ->> 'state_only')::boolean, false);
    perform lead_sync.check_now();
  exception when others or assert_failure then
    -- the row takes nothing at all: then its state alone tells
    get stacked diagnostics v_error = returned_sqlstate;
    if lead_sync.ends_the_call(v_error) then
      raise;
    end if;
  end;
  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message, created_at)
  values (
    p_lead_id, (p_context ->> 'run_id')::uuid, coalesce(p_context ->> 'sync_type', 'manual'), 'supabase_to_twenty', 'error', p_category || ': ' || p_reason, v_state.due_since
  );
  return jsonb_build_object('lead_id', p_lead_id, 'ok', false, 'sync_status', 'error', 'dead', v_state.due_at is null, 'retry_at', v_state.due_at);
end
$$;

-- One step of the sync that writes rows of leads: merge (snapshots), take_in (leads of other sources), claim, settle, mark or join (one at a time). Set-based first; whatever is raised while
-- a row is written, by a value or by a trigger of the database's owner, the batch is halved until the bad item stands alone and is rejected, or its lead
-- given back, with the reason. All others land. Returns what the step returns, an array.
create or replace function lead_sync.write_or_split(p_step text, p_items jsonb, p_context jsonb default '{}') returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer := coalesce(jsonb_array_length(p_items), 0);
  v_results jsonb;
  v_message text;
  v_state text;
begin
  if v_count = 0 then
    return '[]';
  end if;
  begin
    v_results := case p_step
      when 'merge' then lead_sync.merge_snapshots(p_items, p_context)
      when 'take_in' then lead_sync.take_in_leads(p_items, p_context)
      when 'claim' then lead_sync.claim_leads(p_items, p_context)
      when 'settle' then lead_sync.settle_writes(p_items, p_context)
      when 'mark' then lead_sync.mark_leads(p_items)
      when 'join' then lead_sync.join_leads((p_items #>> '{0,lead_id}')::uuid, (p_items #>> '{0,other_id}')::uuid, p_context)
    end;
    perform lead_sync.check_now();
    return v_results;
  exception when others or assert_failure then
    get stacked diagnostics v_message = message_text, v_state = returned_sqlstate;
    if lead_sync.ends_the_call(v_state) then
      raise;
    end if;
  end;

  v_message := left(v_message, 500) || ' (' || v_state || ')';
  if v_count > 1 then
    return lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[0 to $last]', jsonb_build_object('last', v_count / 2 - 1)), p_context)
      || lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[$first to last]', jsonb_build_object('first', v_count / 2)), p_context);
  elsif p_step in ('merge', 'take_in') then
    return jsonb_build_array(lead_sync.rejection((p_items #>> '{0,index}')::integer, p_items #> '{0,snapshot}', v_message));
  end if;
  v_results := lead_sync.refuse_lead(
    case when lead_sync.is_uuid(p_items #>> '{0,lead_id}') then (p_items #>> '{0,lead_id}')::uuid end,
    case p_step when 'settle' then (p_context ->> 'claim_token')::uuid end,
    'database',
    'this database refuses a write to the lead''s row: ' || v_message || '; correct the lead or the trigger, then replay it', p_context
  );
  return case p_step when 'settle' then jsonb_build_array(p_items -> 0 || v_results) else '[]' end;
end
$$;

drop function if exists lead_sync.merge_or_split(jsonb, jsonb);

drop function if exists lead_sync.refuse_lead(uuid, uuid, text, jsonb);

-- What lead_sync.push_at_work holds while a call with this claim token is at work. Below it: 0, nothing; 1 to 31, a claim of leads with one stall fewer.
create or replace function lead_sync.work_mark(p_claim_token uuid) returns bigint
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select 32 + (hashtextextended(p_claim_token::text, 0) & 4611686018427387903)
$$;

-- Notes that a call of the push is at work. When a statement timeout ends it, the next claim finds the mark and nobody at work, see judge_dead_work.
-- Of pushes side by side the last one's mark stays: a call that dies among them may go unnoticed until it dies again.
create or replace function lead_sync.begin_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_try_advisory_xact_lock_shared(hashtext('lead_sync.push_at_work')); -- goes when the call ends, in whatever way
  perform setval('lead_sync.push_at_work', p_mark);
end
$$;

-- Notes that the call has come to its end.
create or replace function lead_sync.end_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if (select w.last_value from lead_sync.push_at_work as w) = p_mark then
    perform setval('lead_sync.push_at_work', 0);
  end if;
end
$$;

-- Of the records that one call asked for, so many may be missing before that looks like another workspace; as the reconciliation has it.
create or replace function lead_sync.is_suspicious(p_items jsonb) returns boolean
language sql stable set search_path = '' as $$
  select count(*) filter (where (i -> 'snapshot' ->> 'absent')::boolean) > greatest(20, s.reconcile_orphaned_share * count(*))
  from jsonb_array_elements(p_items) as i cross join lead_sync.settings as s
  group by s.reconcile_orphaned_share
$$;

-- Notes which mapped fields the Twenty workspace lacks, by their first name. A field that is there again makes the leads that hold it due:
-- some of the 20,000 synced last at once, so that the call ends in time, all others with the next reconciliation.
create or replace function lead_sync.note_missing_fields(p_object text, p_missing jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_found text[];
  v_marks jsonb;
begin
  with changed as (
    update lead_sync.field_mappings as m
    set missing_since = case when p_missing ? split_part(m.twenty_field, '.', 1) then now() end
    where m.object = p_object
      and (m.missing_since is not null) <> (p_missing ? split_part(m.twenty_field, '.', 1))
    returning m.lead_field, m.missing_since, m.direction
  )
  select array_agg(lead_field) into v_found from changed where missing_since is null and direction <> 'to_supabase';

  if v_found is not null then
    with holders as (
      select l.id
      from (
        select k.id from public.leads as k where k.sync_status = 'synced' order by k.updated_at desc limit 20000
      ) as latest
      join public.leads as l on l.id = latest.id
      where l.sync_status = 'synced' and l.deleted_at is null and lead_sync.lead_values(l) ?| v_found
      limit 5000
      for no key update of l skip locked
    ),
    queued as (
      update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = clock_timestamp() from holders as h where s.lead_id = h.id
    )
    select jsonb_agg(jsonb_build_object('lead_id', h.id, 'sync_status', 'pending')) into v_marks from holders as h;
    perform lead_sync.write_or_split('mark', v_marks);
  end if;
end
$$;

-- Leads that were held because of a person in Twenty are due again once that person is restored, deleted, gone or has another e-mail.
-- p_people: [{twenty_id, email, deleted}] as Twenty holds them; the leads that they hold are locked by the caller.
create or replace function lead_sync.release_held(p_people jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_marks jsonb;
begin
  with freed as materialized (
    select s.lead_id
    from jsonb_to_recordset(p_people) as p (twenty_id uuid, email text, deleted boolean)
    join lead_sync.lead_states as s on s.held_by = p.twenty_id
    join public.leads as l on l.id = s.lead_id
    where l.sync_status = 'error' and s.due_at is null and s.claim_token is null
      and (p.deleted <> (s.error_category = 'tombstone') or lead_sync.email_key(p.email) is distinct from lead_sync.email_key(l.email))
  ),
  queue as (
    update lead_sync.lead_states as s set due_at = clock_timestamp(), held_by = null from freed as f where s.lead_id = f.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', f.lead_id, 'sync_status', 'pending', 'error', null)) into v_marks from freed as f;
  perform lead_sync.write_or_split('mark', v_marks);
end
$$;

-- The one door. Matches, merges and answers per record, in one transaction with the page's position; see docs/data-contract.md for the shapes.
--   p_leads            up to 5,000 snapshots (p_source 'twenty') or leads (any other source)
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
  v_context jsonb;
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
  v_run := lead_sync.hold_run(p_run);
  if p_claim_token is not null then
    perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
  end if;
  select * into strict v_settings from lead_sync.settings;
  v_object := coalesce(v_run.object, v_settings.object);

  select
    coalesce(jsonb_agg(jsonb_build_object('index', i.ordinality - 1, 'snapshot', r.lead) order by i.ordinality) filter (where p.problem is null), '[]'),
    coalesce(jsonb_agg(lead_sync.rejection((i.ordinality - 1)::integer, i.value, p.problem)) filter (where p.problem is not null), '[]')
  into v_items, v_rejected
  from jsonb_array_elements(p_leads) with ordinality as i
  cross join lateral (
    select case when p_source <> 'twenty' and jsonb_typeof(i.value) = 'object' then lead_sync.read_lead(i.value) else i.value end as lead offset 0
  ) as r
  cross join lateral (select lead_sync.lead_problem(r.lead, p_source, v_settings.max_lead_bytes) as problem offset 0) as p;

  perform lead_sync.lock_candidates(v_items, p_claim_token, p_source);
  if p_source = 'twenty' and p_missing_fields is not null then
    perform set_config('lead_sync.engine', 'on', true);
    perform lead_sync.note_missing_fields(v_object, p_missing_fields);
  end if;

  v_context := jsonb_build_object(
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
    'suspicious', p_source = 'twenty' and v_run.mode is distinct from 'reconcile' and coalesce(lead_sync.is_suspicious(v_items), false)
  );

  perform set_config('lead_sync.engine', case when p_source = 'twenty' then 'on' else 'off' end, true);
  v_results := v_rejected || lead_sync.write_or_split(case p_source when 'twenty' then 'merge' else 'take_in' end, v_items, v_context);
  if p_source <> 'twenty' then
    perform lead_sync.welcome_back(v_items);
  else
    v_joined := lead_sync.join_merged(v_items, v_context);
    if v_joined <> '{}' then
      select jsonb_agg(r || case when v_joined ? coalesce(r ->> 'lead_id', '') then jsonb_build_object(
        'joined', v_joined -> (r ->> 'lead_id'), 'reason', 'joined with lead ' || (v_joined ->> (r ->> 'lead_id')) || ': their people were merged in Twenty'
      ) else '{}' end) into v_results
      from jsonb_array_elements(v_results) as r;
    end if;
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
    'created', count(*) filter (where r ->> 'result' = 'created'),
    'updated', count(*) filter (where r ->> 'result' = 'updated'),
    'linked', count(*) filter (where (r ->> 'linked')::boolean),
    'unchanged', count(*) filter (where r ->> 'result' = 'unchanged'),
    'conflict', count(*) filter (where r ->> 'result' = 'conflict'),
    'stale', count(*) filter (where r ->> 'result' = 'stale'),
    'held', count(*) filter (where r ->> 'result' = 'held'),
    'rejected', count(*) filter (where r ->> 'result' = 'rejected'),
    'joined', (select count(*) from jsonb_object_keys(v_joined))
  )
  into v_counts
  from jsonb_array_elements(v_results) as r;

  if v_run.id is not null then
    if p_page is not null then
      perform lead_sync.store_page(v_run, p_page);
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

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.upsert_leads(jsonb, text, timestamptz, jsonb, jsonb, uuid, jsonb) from public, anon, authenticated;
grant execute on function public.upsert_leads(jsonb, text, timestamptz, jsonb, jsonb, uuid, jsonb) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
