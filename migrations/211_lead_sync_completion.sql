-- The push, last step: settle what was written.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

drop function if exists lead_sync.base_after_write(jsonb, jsonb, jsonb, jsonb, boolean);

-- What a completed write leaves: each sent field whose base is still what it was when the intent was recorded takes what was sent and what Twenty returned.
-- A value that stays here (the intent's left_out, or its unusable: what the node left out) counts as agreed, although Twenty has another one, which it keeps: an edit
-- there since it was read is still to be merged.
-- A field that the answer does not name was not sent: the node did not know its mapping yet.
-- When the record is another incarnation (p_reborn) the base is just that; everything else is due again.
-- What Twenty has is the truth of a field that flows both ways: where it returned something else than a spelling of what was sent (the company with this domain
-- has another name), the lead takes that, and a value that gets lost so is a conflict. A lead that was edited meanwhile (its company: in whichever field) keeps
-- its own, which counts as made on top of what Twenty returned. Two spellings that differ in capitals only are taken without a conflict.
--   p_local  the lead's values now
-- Returns {base_local, base_remote, taken: {field: value or null}, conflicts: [{field, winner, supabase_value, twenty_value, reason}]}.
create or replace function lead_sync.base_after_write(
  p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_intent jsonb, p_returned jsonb, p_reborn boolean, p_rules jsonb
) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'base_local', jsonb_strip_nulls(
      case when p_reborn then '{}' else p_base_local end
      || coalesce(jsonb_object_agg(f.key, case when f.replaced then f.returned else f.here end) filter (where f.kept), '{}')
    ),
    'base_remote', jsonb_strip_nulls(
      case when p_reborn then '{}' else p_base_remote end || coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable), '{}')
    ),
    'taken', coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and f.replaced and not f.edited), '{}'),
    'conflicts', coalesce(jsonb_agg(jsonb_build_object(
      'field', f.key, 'winner', 'twenty', 'supabase_value', f.here, 'twenty_value', f.returned, 'reason', case
        when f.of_company then 'the company in Twenty has this value: edit the company there'
        else 'Twenty stored another value than it was sent'
      end
    ) order by f.key) filter (
      where f.kept and f.replaced and not f.edited and f.here <> 'null' and lower(f.here #>> '{}') is distinct from lower(f.returned #>> '{}')
    ), '[]')
  )
  from (
    select e.key, c.here, p_returned -> e.key as returned, c.of_company, r.rule is not null as replaced, c.unusable and not c.of_company as unusable,
      case
        when c.of_company then bool_or(c.of_company and c.edited) over ()
        else c.edited
      end as edited,
      p_returned ? e.key and (p_reborn or (
        (p_base_local -> e.key) is not distinct from (p_intent -> 'base_local' -> e.key)
        and (p_base_remote -> e.key) is not distinct from (p_intent -> 'base_remote' -> e.key)
      )) as kept
    from jsonb_each(p_intent -> 'values') as e
    cross join lateral (
      select e.key in ('company_name', 'company_domain') as of_company, i.here, coalesce(p_local -> e.key, 'null') <> i.here as edited,
        i.unusable, case when i.unusable then 'null' else e.value end as sent
      from (
        select coalesce(p_intent -> 'left_out' -> e.key, e.value) as here, coalesce(p_intent -> 'unusable' ? e.key, false) as unusable
      ) as i
    ) as c
    left join lateral (
      select k as rule
      from jsonb_array_elements(case when c.sent is distinct from p_returned -> e.key then p_rules else '[]' end) as k
      where k ->> 'field' = e.key and k ->> 'direction' = 'both' and e.key <> 'deleted'
        and not (c.unusable and not c.of_company) and not lead_sync.is_same(k ->> 'kind', c.sent, p_returned -> e.key)
    ) as r on true
  ) as f
$$;

-- Seconds until the next try: doubling from the first, at most the longest, plus or minus a fifth by chance so that failures do not come back in step.
create or replace function lead_sync.backoff(p_retries integer, p_first interval, p_longest interval) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  return least(p_first * power(2, least(p_retries, 30) - 1), p_longest) * (0.8 + 0.4 * random());
end
$$;

-- Leads take what Twenty has in place of what was sent. p_items: [{lead_id, taken, conflicts}] of base_after_write; the caller holds the leads' locks.
create or replace function lead_sync.take_answers(p_items jsonb, p_run_id uuid, p_sync_type text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform lead_sync.set_values(l, i -> 'taken') from jsonb_array_elements(p_items) as i join public.leads as l on l.id = (i ->> 'lead_id')::uuid;

  update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
  from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as newer
  where c.lead_id = (i ->> 'lead_id')::uuid and c.field = newer ->> 'field' and c.resolved_at is null;

  insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
  select (i ->> 'lead_id')::uuid, p_run_id, c ->> 'field', c ->> 'winner', c -> 'supabase_value', c -> 'twenty_value', c ->> 'reason'
  from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as c;

  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed)
  select (i ->> 'lead_id')::uuid, p_run_id, p_sync_type, 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(i -> 'taken'))
  from jsonb_array_elements(p_items) as i;
end
$$;

-- Settles results whose leads the caller has locked. p_items: as p_results of update_sync_status.
-- p_context: {claim_token, rules, run_id, sync_type, now}. Returns [{lead_id, op, ok, outcome, sync_status, dead, retry_at, left_out}]; of a stale result sync_status is null.
create or replace function lead_sync.settle_writes(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_claim_token uuid := p_context ->> 'claim_token';
  v_settings lead_sync.settings;
  v_rules jsonb := p_context -> 'rules';
  v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
  v_now timestamptz := p_context ->> 'now';
  v_settled jsonb;
  v_taken jsonb;
begin
  select * into strict v_settings from lead_sync.settings;
  with answer as materialized (
    select
      (r ->> 'lead_id')::uuid as lead_id,
      r ->> 'op' as op,
      coalesce((r ->> 'ok')::boolean, false) as ok,
      (r ->> 'twenty_id')::uuid as twenty_id,
      (r ->> 'twenty_created_at')::timestamptz as created_at,
      (r ->> 'twenty_updated_at')::timestamptz as updated_at,
      lead_sync.stated_values(coalesce(r -> 'values', '{}'))
        || jsonb_build_object('deleted', case when r ->> 'op' = 'delete' or r ->> 'twenty_deleted_at' is not null then true end) as returned,
      coalesce(r ->> 'category', 'server') as category,
      coalesce(r ->> 'outcome', 'unknown') as outcome,
      coalesce(nullif(r ->> 'message', ''), 'Twenty gave no reason') as message,
      coalesce(r -> 'left_out', '{}') as left_out
    from jsonb_array_elements(p_items) as r
  ),
  held as materialized (
    select
      a.lead_id, a.op, a.returned, a.created_at, a.updated_at,
      a.ok and other.id is null and k.planned as ok,
      coalesce(a.twenty_id, l.twenty_id) as twenty_id,
      case when a.ok and other.id is not null then 'duplicate' when a.ok and not k.planned then 'conflict' else a.category end as category,
      case when a.ok and other.id is not null then 'refused' when a.ok and not k.planned then 'unknown' else a.outcome end as outcome,
      case
        when a.ok and other.id is not null then 'duplicate_of ' || other.id || ': Twenty answered with that lead''s person'
        when a.ok and not k.planned then 'The result names another person than was planned for this lead, or none was: it is read and planned again'
        else a.message
      end as message,
      lead_sync.lead_values(l) as local, l.sync_error_count, s.retries, s.due_since, s.intent,
      case when v_renewed is null then s.base_local else lead_sync.known_base(s.base_local, s.merged_at, v_renewed) end as base_local,
      case when v_renewed is null then s.base_remote else lead_sync.known_base(s.base_remote, s.merged_at, v_renewed) end as base_remote,
      s.remote_created_at, s.gone, a.left_out, l.left_out as left_out_before
    from answer as a
    join lead_sync.lead_states as s on s.lead_id = a.lead_id and s.claim_token = v_claim_token
    join public.leads as l on l.id = a.lead_id
    left join public.leads as other on a.ok and other.twenty_id = a.twenty_id and other.id <> a.lead_id
    -- whoever holds the token may still not link a lead with any person; an intent of an older version names none
    cross join lateral (
      select s.intent is not null and coalesce((s.intent ->> 'twenty_id')::uuid = a.twenty_id, true) as planned
    ) as k
  ),
  settled as materialized (
    select
      h.*, f.counted,
      coalesce(b.base -> 'base_local', h.base_local) as new_base_local,
      coalesce(b.base -> 'base_remote', h.base_remote) as new_base_remote,
      coalesce(b.base -> 'taken', '{}') as taken,
      coalesce(b.base -> 'conflicts', '[]') as conflicts,
      case
        when h.ok and (h.left_out <> '{}' or h.left_out_before <> '{}' or h.intent ? 'left_out') then lead_sync.still_left_out(
          (h.left_out_before - array(select jsonb_object_keys(coalesce(h.intent -> 'values', '{}')))) || h.left_out || coalesce((
            select jsonb_object_agg(k, 'many companies share this host: the company goes by its name')
            from jsonb_object_keys(h.intent -> 'left_out') as k
          ), '{}'),
          jsonb_strip_nulls(h.local || (b.base -> 'taken')), b.base -> 'base_local', b.base -> 'base_remote', v_rules
        )
        else h.left_out_before
      end as new_left_out,
      h.sync_error_count + f.counted::integer as error_count,
      case
        when h.ok then case
          when lead_sync.due_fields(jsonb_strip_nulls(h.local || (b.base -> 'taken')), b.base -> 'base_local', b.base -> 'base_remote', true, v_rules) = '{}'
            then 'synced'
          else 'pending'
        end
        when f.counted then 'error'
        else 'pending'
      end as status,
      not h.ok and f.counted and h.sync_error_count + 1 >= v_settings.max_attempts as dead,
      case
        when h.outcome = 'changed' and h.retries = 0 then v_now
        else v_now + lead_sync.backoff(h.retries + 1, v_settings.backoff_first, v_settings.backoff_longest)
      end as retry_at
    from held as h
    cross join lateral (
      select not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission') as counted
    ) as f
    cross join lateral (
      select case
        when h.ok then lead_sync.base_after_write(
          h.local, h.base_local, h.base_remote, coalesce(h.intent, '{"values": {}}') || case when h.left_out <> '{}' then jsonb_build_object('unusable', h.left_out) else '{}' end, h.returned,
          coalesce(h.remote_created_at <> h.created_at, false) or (h.gone and h.op = 'create'), v_rules
        )
      end as base
      offset 0 -- worked out once a lead, not once a use
    ) as b
  ),
  write_states as (
    update lead_sync.lead_states as s set
      base_local = t.new_base_local,
      base_remote = t.new_base_remote,
      remote_created_at = case when t.ok then coalesce(t.created_at, s.remote_created_at) else s.remote_created_at end,
      -- an answer that shows an edit not merged yet leaves the old time: reconciliation would pass over that edit otherwise
      remote_updated_at = case
        when t.ok and jsonb_strip_nulls(t.new_base_remote || t.returned) = t.new_base_remote then coalesce(t.updated_at, s.remote_updated_at)
        else s.remote_updated_at
      end,
      gone = s.gone and not (t.ok and t.op = 'create'),
      absent_since = case when t.ok then null else s.absent_since end,
      merged_at = case when t.ok then v_now else s.merged_at end,
      read_at = case when t.ok then v_now else s.read_at end,
      intent = case when t.ok or t.outcome <> 'unknown' then null else s.intent end,
      claim_token = null,
      lease = null,
      retries = case when t.ok then 0 else s.retries + 1 end,
      due_at = case when t.status = 'synced' or t.dead then null when t.ok then v_now else t.retry_at end,
      due_since = case when t.status = 'synced' then null when t.ok then v_now else s.due_since end,
      error_category = case when not t.ok then t.category end,
      error_at = case when t.status = 'error' then v_now end,
      held_by = null,
      stalls = 0
    from settled as t
    where s.lead_id = t.lead_id
  ),
  write_leads as (
    update public.leads as l set
      twenty_id = case when t.ok then t.twenty_id else l.twenty_id end,
      sync_status = t.status,
      sync_direction = case when t.ok then 'supabase_to_twenty' else l.sync_direction end,
      sync_error_message = case when not t.ok then t.message end,
      sync_error_count = case when t.ok then 0 else t.error_count end,
      left_out = t.new_left_out,
      last_synced_at = case when t.ok then v_now else l.last_synced_at end
    from settled as t
    where l.id = t.lead_id
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
    select
      t.lead_id, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'supabase_to_twenty', case when t.ok then 'synced' else 'error' end,
      array(select jsonb_object_keys(coalesce(t.intent -> 'values', '{}'))), case when not t.ok then t.category || ': ' || t.message end,
      coalesce(t.due_since, v_now), v_now
    from settled as t
    where t.outcome <> 'changed' or t.ok
  )
  select
    jsonb_agg(jsonb_build_object(
      'lead_id', a.lead_id, 'op', a.op, 'ok', coalesce(t.ok, a.ok), 'outcome', a.outcome, 'sync_status', t.status, 'dead', t.dead, 'retry_at', t.retry_at,
      'left_out', t.new_left_out
    )),
    jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'taken', t.taken, 'conflicts', t.conflicts)) filter (where t.taken <> '{}')
  into v_settled, v_taken
  from answer as a
  left join settled as t on t.lead_id = a.lead_id;
  if v_taken is not null then
    perform lead_sync.take_answers(v_taken, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type');
  end if;
  return coalesce(v_settled, '[]');
end
$$;

-- Settles a claim's results; only leads that still hold the token are touched.
--   p_results  [{lead_id, op, ok: true, twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at, values, left_out}
--              | {lead_id, op, ok: false, category, outcome: refused | not_sent | unknown | changed, message}]
-- left_out: {field: reason} of values that were not sent, because they cannot be used; default {}.
-- A success is one of what was planned: of another person, or of a lead that nothing was planned for, it counts as a lost answer.
-- A record that had changed in Twenty after it was read was not written: its lead is due again at once, and later when that happens again.
-- A refusal counts as an error; after max_attempts the lead is a dead letter. Limits, timeouts, lost answers, wrong keys and what was never sent do not count.
-- Returns {results: [{lead_id, sync_status, dead, next_attempt_at, stale, left_out (where there are any)}], counts, remaining}. Raises PT409 when p_run lost its lease.
create or replace function public.update_sync_status(p_claim_token uuid, p_results jsonb, p_run jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run public.lead_sync_runs;
  v_settings lead_sync.settings;
  v_now timestamptz := clock_timestamp();
  v_settled jsonb;
  v_results jsonb;
  v_counts jsonb;
  v_errors bigint;
begin
  if p_claim_token is null or jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_claim_token and an array p_results are needed' using errcode = '22023',
      hint = 'Give the claim_token of get_leads_for_sync and the results of the push.';
  end if;
  v_run := lead_sync.hold_run(p_run);
  perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
  select * into strict v_settings from lead_sync.settings;
  perform set_config('lead_sync.engine', 'on', true);
  perform from public.leads as l
  join lead_sync.lead_states as s on s.lead_id = l.id
  where s.claim_token = p_claim_token
    or s.held_by = any (array(
      select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_results) as r where lead_sync.is_uuid(r ->> 'twenty_id')
    ))
  order by l.id
  for no key update of l;

  v_settled := lead_sync.write_or_split('settle', p_results, jsonb_build_object(
    'claim_token', p_claim_token, 'rules', lead_sync.rules(coalesce(v_run.object, v_settings.object), v_run.policy),
    'run_id', v_run.id, 'sync_type', lead_sync.push_type(v_run), 'now', v_now
  ));

  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'lead_id', t.lead_id,
        'sync_status', t.sync_status,
        'dead', coalesce(t.dead, false),
        'next_attempt_at', case when not t.ok and not t.dead then t.retry_at end,
        'stale', t.sync_status is null
      ) || case when t.left_out <> '{}' then jsonb_build_object('left_out', t.left_out) else '{}' end
      order by t.lead_id
    ), '[]'),
    jsonb_build_object(
      'created', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'create'),
      'updated', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'update'),
      'deleted', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'delete'),
      'restored', count(*) filter (where t.sync_status is not null and t.ok and t.op = 'restore'),
      'synced', count(*) filter (where t.sync_status = 'synced'),
      'pending', count(*) filter (where t.sync_status = 'pending'),
      'error', count(*) filter (where t.sync_status = 'error'),
      'dead', count(*) filter (where t.dead),
      'changed', count(*) filter (where t.sync_status is not null and not t.ok and t.outcome = 'changed'),
      'stale', count(*) filter (where t.sync_status is null)
    ),
    count(*) filter (where not t.ok and t.outcome is distinct from 'changed')
  into v_results, v_counts, v_errors
  from jsonb_to_recordset(v_settled) as t (lead_id uuid, op text, ok boolean, outcome text, sync_status text, dead boolean, retry_at timestamptz, left_out jsonb);

  if v_run.id is not null then
    perform lead_sync.add_figures(
      v_run.id,
      jsonb_build_object(
        'pushed', (v_counts ->> 'created')::integer + (v_counts ->> 'updated')::integer + (v_counts ->> 'deleted')::integer + (v_counts ->> 'restored')::integer,
        'pushed_created', v_counts -> 'created',
        'pushed_updated', v_counts -> 'updated',
        'errors', v_errors,
        'dead', v_counts -> 'dead',
        'twenty_calls', coalesce((p_run ->> 'calls')::integer, 0)
      ),
      null
    );
  end if;
  perform lead_sync.release_held((
    select jsonb_agg(jsonb_build_object(
      'twenty_id', r -> 'twenty_id', 'email', r -> 'values' -> 'email',
      'deleted', r ->> 'op' = 'delete' or r ->> 'twenty_deleted_at' is not null
    ))
    from jsonb_array_elements(p_results) as r
    where r -> 'ok' = 'true'
  ));
  perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object('results', v_results, 'counts', v_counts, 'remaining', lead_sync.count_due());
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.update_sync_status(uuid, jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.update_sync_status(uuid, jsonb, jsonb) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
