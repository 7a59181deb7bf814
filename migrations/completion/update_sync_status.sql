-- Settles a claim's results; only leads that still hold the token are touched, and those held by the people of what was settled.
--   p_results  [{lead_id, op, ok: true, twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at, values, left_out}
--              | {lead_id, op, ok: false, category, outcome: refused | not_sent | unknown | changed, message} | {lead_id, op, ok: false, outcome: given_back}]
-- left_out: {field: reason} of values that were not sent, because they cannot be used; default {}.
-- A success is one of what was planned: of another person, or of a lead that nothing was planned for, it counts as a lost answer.
-- A record that had changed in Twenty after it was read was not written: its lead is due again at once, and later when that happens again.
-- What is given back was not written for no reason of the lead's: it is due again at once, and nothing is noted. It has no op where nothing was planned for it.
-- A refusal counts as an error; after max_attempts the lead is a dead letter. Limits, timeouts, lost answers, wrong keys and what was never sent do not count.
-- Returns {results: [{lead_id, sync_status, dead, next_attempt_at, stale, left_out (where there are any)}], counts, remaining}. Raises PT409 when p_run lost its lease.
create or replace function public.update_sync_status(p_claim_token uuid, p_results jsonb, p_run jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run public.lead_sync_runs;
  v_adapter text;
  v_object text;
  v_settings lead_sync.settings;
  v_names jsonb;
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
  -- a claim may outlive its run, and is given back without it then
  v_adapter := case
    when v_run.id is not null then lead_sync.adapter_of(v_run.object)
    else coalesce((select s.adapter from lead_sync.lead_states as s where s.claim_token = p_claim_token limit 1), 'lead')
  end;
  perform lead_sync.begin_work(lead_sync.work_mark(p_claim_token));
  select * into strict v_settings from lead_sync.settings;
  v_object := coalesce(v_run.object, (select o.object from lead_sync.objects as o where o.adapter = v_adapter), v_settings.object);
  v_names := lead_sync.names_here(v_object);
  if v_names is not null then
    select coalesce(jsonb_agg(case when r ? 'values' then r || jsonb_build_object('values', lead_sync.translated(r -> 'values', v_names)) else r end), '[]')
    into p_results from jsonb_array_elements(p_results) as r;
  end if;
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.lock_rows(v_adapter, array(
    select s.lead_id from lead_sync.lead_states as s
    where s.claim_token = p_claim_token
      or s.held_by = any (array(
        select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_results) as r where lead_sync.is_uuid(r ->> 'twenty_id')
      ))
  ));

  v_settled := lead_sync.write_or_split('settle', p_results, jsonb_build_object(
    'adapter', v_adapter, 'claim_token', p_claim_token, 'rules', lead_sync.rules(v_object, v_run.policy),
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
    count(*) filter (where not t.ok and (t.outcome in ('changed', 'given_back')) is not true)
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
    -- an answer that comes after its claim was taken over tells what Twenty held then, not now
    where r -> 'ok' = 'true' and lower(r ->> 'lead_id') in (
      select t ->> 'lead_id' from jsonb_array_elements(v_settled) as t where t ->> 'sync_status' is not null
    )
  ));
  if v_adapter = 'company' and (v_counts ->> 'created')::integer > 0 then
    perform lead_sync.wish_for_call(o.adapter || '_push') from lead_sync.objects as o
    where exists (select from lead_sync.lead_states as s where s.adapter = o.adapter and s.adapter <> 'lead' and s.due_at is not null and s.error_category = 'waits');
  end if;
  perform lead_sync.end_work(lead_sync.work_mark(p_claim_token));
  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object('results', v_results, 'counts', v_counts, 'remaining', lead_sync.count_due(v_adapter));
end
$$;
