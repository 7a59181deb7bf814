-- Settles results whose leads the caller has locked. p_items: as p_results of update_sync_status.
-- p_context: {adapter, claim_token, rules, run_id, sync_type, now}. Returns [{lead_id, op, ok, outcome, sync_status, dead, retry_at, left_out}]; of a stale result sync_status is null.
create or replace function lead_sync.settle_writes(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := p_context ->> 'adapter';
  v_claim_token uuid := p_context ->> 'claim_token';
  v_settings lead_sync.settings;
  v_rules jsonb := p_context -> 'rules';
  v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
  v_now timestamptz := p_context ->> 'now';
  v_rows lead_sync.synced_row[] := lead_sync.read_rows(v_adapter, array(select (r ->> 'lead_id')::uuid from jsonb_array_elements(p_items) as r));
  v_linked jsonb := lead_sync.linked_rows(v_adapter, array(select (r ->> 'twenty_id')::uuid from jsonb_array_elements(p_items) as r));
  v_settled jsonb;
  v_taken jsonb;
  v_marks jsonb;
  v_again uuid[]; -- leads whose people were made again
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
      case v_adapter when 'lead' then lead_sync.stated_values(coalesce(r -> 'values', '{}')) else lead_sync.stated_row(v_adapter, coalesce(r -> 'values', '{}')) end
        || jsonb_build_object('deleted', case when r ->> 'op' = 'delete' or r ->> 'twenty_deleted_at' is not null then true end) as returned,
      coalesce(r ->> 'category', 'server') as category,
      coalesce(r ->> 'outcome', 'unknown') as outcome,
      coalesce(nullif(r ->> 'message', ''), 'Twenty gave no reason') as message,
      coalesce(r -> 'left_out', '{}') as left_out,
      l.local, l.twenty_id as linked_to, l.sync_error_count, l.left_out as left_out_before
    from jsonb_array_elements(p_items) as r
    left join unnest(v_rows) as l on l.id = (r ->> 'lead_id')::uuid
  ),
  held as materialized (
    select
      a.lead_id, a.op, a.returned, a.created_at, a.updated_at,
      a.ok and other.id is null and k.planned as ok,
      coalesce(a.twenty_id, a.linked_to) as twenty_id,
      case when a.ok and other.id is not null then 'duplicate' when a.ok and not k.planned then 'conflict' else a.category end as category,
      case when a.ok and other.id is not null then 'refused' when a.ok and not k.planned then 'unknown' else a.outcome end as outcome,
      case
        when a.ok and other.id is not null then 'duplicate_of ' || other.id || ': Twenty answered with that lead''s person'
        when a.ok and not k.planned then 'The result names another person than was planned for this lead, or none was: it is read and planned again'
        else a.message
      end as message,
      a.local, a.sync_error_count, s.retries, s.due_since, s.intent,
      case when v_renewed is null then s.base_local else lead_sync.known_base(s.base_local, s.merged_at, v_renewed) end as base_local,
      case when v_renewed is null then s.base_remote else lead_sync.known_base(s.base_remote, s.merged_at, v_renewed) end as base_remote,
      s.remote_created_at, s.gone, a.left_out, a.left_out_before
    from answer as a
    -- row by row: the planner believes that few states have the token, and would compare each with each
    join lead_sync.lead_states as s on s.lead_id = a.lead_id and s.claim_token is not distinct from v_claim_token
    cross join lateral (select nullif((v_linked ->> a.twenty_id::text)::uuid, a.lead_id) as id) as other
    -- whoever holds the token may still not link a lead with any person; an intent of an older version names none
    cross join lateral (
      select s.intent is not null and coalesce((s.intent ->> 'twenty_id')::uuid = a.twenty_id, true) as planned
    ) as k
    where a.local is not null
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
        when h.outcome = 'given_back' or (h.outcome = 'changed' and h.retries = 0) then v_now
        else v_now + lead_sync.backoff(h.retries + 1, v_settings.backoff_first, v_settings.backoff_longest)
      end as retry_at
    from held as h
    cross join lateral (
      select not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission', 'server') as counted
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
        when t.ok and jsonb_strip_nulls(t.new_base_remote || case when t.intent ? 'vanished' then t.returned - 'contact_id' else t.returned end) = t.new_base_remote then coalesce(t.updated_at, s.remote_updated_at)
        else s.remote_updated_at
      end,
      gone = s.gone and not (t.ok and t.op = 'create'),
      absent_since = case when t.ok then null else s.absent_since end,
      merged_at = case when t.ok then v_now else s.merged_at end,
      read_at = case when t.ok then v_now else s.read_at end,
      -- of a lead that is given back unplanned, the intent is an older one
      intent = case when t.ok or (t.outcome <> 'unknown' and t.op is not null) then null else s.intent end,
      claim_token = null,
      lease = null,
      retries = case when t.ok then 0 when t.outcome = 'given_back' then s.retries else s.retries + 1 end,
      due_at = case when t.status = 'synced' or t.dead then null when t.ok then v_now else t.retry_at end,
      due_since = case when t.status = 'synced' then null when t.ok then v_now else s.due_since end,
      error_category = case when t.outcome = 'given_back' then s.error_category when not t.ok then t.category end,
      error_at = case when t.status = 'error' then v_now end,
      held_by = null,
      stalls = case when t.outcome = 'given_back' then s.stalls else 0 end
    from settled as t
    where s.lead_id = t.lead_id
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
    select
      t.lead_id, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'supabase_to_twenty', case when t.ok then 'synced' else 'error' end,
      array(select jsonb_object_keys(coalesce(t.intent -> 'values', '{}'))), case when not t.ok then t.category || ': ' || t.message end,
      coalesce(t.due_since, v_now), v_now
    from settled as t
    where t.outcome not in ('changed', 'given_back') or t.ok
  ),
  write_changes as (
    insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
    select v_now, t.lead_id, (p_context ->> 'run_id')::uuid, 'twenty', lead_sync.values_before(t.base_remote, w.values), w.values
    from settled as t
    cross join lateral (
      select jsonb_object_agg(e.key, e.value) as values
      from jsonb_each(t.intent -> 'values') as e
      where e.value <> coalesce(t.base_remote -> e.key, 'null') and not t.left_out ? e.key
    ) as w
    where v_settings.changes_days > 0 and t.ok and t.op <> 'create' and w.values is not null
  )
  select
    jsonb_agg(jsonb_build_object(
      'lead_id', a.lead_id, 'op', a.op, 'ok', coalesce(t.ok, a.ok), 'outcome', a.outcome, 'sync_status', t.status, 'dead', t.dead, 'retry_at', t.retry_at,
      'left_out', t.new_left_out
    )),
    jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'local', t.local, 'taken', t.taken, 'conflicts', t.conflicts)) filter (where t.taken <> '{}'),
    jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'sync_status', t.status, 'left_out', t.new_left_out) || case
      when t.ok then jsonb_build_object('twenty_id', t.twenty_id, 'sync_direction', 'supabase_to_twenty', 'error', null, 'count', 0, 'last_synced_at', v_now)
      when t.outcome = 'given_back' then jsonb_build_object('count', t.error_count) -- its error stays
      else jsonb_build_object('error', t.message, 'count', t.error_count)
    end) filter (where t.lead_id is not null),
    array_agg(t.lead_id) filter (where v_adapter = 'lead' and t.ok and (t.gone and t.op = 'create' or t.remote_created_at <> t.created_at))
  into v_settled, v_taken, v_marks, v_again
  from answer as a
  left join settled as t on t.lead_id = a.lead_id;
  perform lead_sync.mark_rows(v_adapter, v_marks);
  if v_taken is not null then
    perform lead_sync.take_answers(v_adapter, v_taken, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type');
  end if;
  if v_again is not null then
    perform lead_sync.note_remade(v_again);
  end if;
  return coalesce(v_settled, '[]');
end
$$;
