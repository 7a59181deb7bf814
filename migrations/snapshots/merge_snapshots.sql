-- Merges snapshots set-based. p_context: {adapter, rules, read_started_at, run_id, sync_type, absence_allowance, suspicious}; suspicious: no absence is confirmed.
-- Returns [{index, lead_id, twenty_id, result, linked, reason, fields}]; raises on the first bad value, see write_or_split.
create or replace function lead_sync.merge_snapshots(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := p_context ->> 'adapter';
  v_rules jsonb := p_context -> 'rules';
  v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
  -- whom the filter leaves outside, see judge_people
  v_outside_rules jsonb := case
    when exists (select from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null) then lead_sync.outside_rules(p_context -> 'rules')
  end;
  v_suspicious boolean := coalesce((p_context ->> 'suspicious')::boolean, false);
  v_fields text[] := array(select r ->> 'field' from jsonb_array_elements(p_context -> 'rules') as r);
  v_read timestamptz := (p_context ->> 'read_started_at')::timestamptz;
  v_allowance interval := (p_context ->> 'absence_allowance')::interval;
  v_run_id uuid := (p_context ->> 'run_id')::uuid;
  v_now timestamptz := clock_timestamp();
  v_keeps_changes boolean := (select s.changes_days > 0 from lead_sync.settings as s);
  v_has_forgotten boolean := v_adapter = 'lead' and exists (select from lead_sync.forgotten);
  v_changes lead_sync.row_change[];
  v_results jsonb;
  v_again uuid[]; -- leads whose people were made again
begin
  with found as materialized (
    select
      m.*, l.sync_status, coalesce(l.left_out, '{}') as left_out, case when l.id is not null then lead_sync.lead_values(l) else '{}' end as local,
      other.id is not null as id_is_taken
    from lead_sync.match_snapshots(p_items) as m
    left join public.leads as l on l.id = m.lead_id
    left join public.leads as other on m.lead_id is null and other.id = m.twenty_id
    where v_adapter = 'lead'
    union all
    select * from lead_sync.match_rows(v_adapter, p_items) where v_adapter <> 'lead'
  ),
  matched as materialized (
    select
      m.*,
      -- who writes anew is found by the first address, which counts no more as forgotten then; a person of our own creating is known by its id
      case
        when not v_has_forgotten or m.absent then false
        when m.lead_id is null then lead_sync.is_forgotten(m.snapshot)
        when m.newly_linked and m.lead_id <> lead_sync.own_id_of(m.twenty_id) then lead_sync.is_forgotten(jsonb_build_object('email', m.snapshot -> 'email'))
        else false
      end as forgotten
    from found as m
  ),
  compared as materialized (
    select
      m.index, m.twenty_id, m.absent, m.dead, m.newly_linked, m.snapshot ? 'outside' as outside,
      m.lead_id is null as is_new,
      coalesce(m.lead_id, case when m.id_is_taken then gen_random_uuid() else m.twenty_id end) as lead_id,
      m.sync_status, m.left_out, m.local,
      -- of two reads at the same time the one that began later and shows a later version is the newer one, whichever arrives first; a stamp of years ahead
      -- tells nothing, and each delta reads it again
      -- where the newer one told nothing new, nothing was merged, and only its version and when it began were noted
      coalesce(
        s.merged_at > v_read and not coalesce(
          s.read_at < v_read and (m.snapshot ->> 'twenty_updated_at')::timestamptz > s.remote_updated_at
          and (m.snapshot ->> 'twenty_updated_at')::timestamptz < v_read + interval '1 day',
          false
        )
        or s.read_at > v_read and (m.snapshot ->> 'twenty_updated_at')::timestamptz < s.remote_updated_at,
        false
      ) as stale,
      coalesce(s.gone, false) as was_gone,
      s.remote_created_at is null as never_read,
      s.absent_since, s.claim_token, s.due_at, s.due_since, s.intent,
      coalesce(s.changed_at, '{}') as changed_at,
      b.reborn,
      -- of another incarnation only that the one before was deleted is still agreed: a person made again after that is a restore
      -- of a create that landed unheard, what was sent and has arrived was agreed: what differs now was changed since
      case
        when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
        when b.reborn then lead_sync.agreed_deletion(s.base_local) || case when b.by_us then lead_sync.still_agreed(s.base_local, s.base_remote, m.stated) else '{}' end
        when v_renewed is not null then lead_sync.known_base(coalesce(s.base_local, '{}'), s.merged_at, v_renewed)
        else coalesce(s.base_local, '{}')
      -- another address of the person is no edit of the first one, where there is a first one
      end || case when m.by_address and m.stated ->> 'email' is not null then jsonb_build_object('email', m.local -> 'email') else '{}' end as base_local,
      case
        when b.created then lead_sync.arrived_values(s.intent -> 'values', m.stated)
        when b.reborn then lead_sync.agreed_deletion(s.base_remote) || case when b.by_us then lead_sync.still_agreed(s.base_remote, s.base_remote, m.stated) else '{}' end
        when v_renewed is not null then lead_sync.known_base(coalesce(s.base_remote, '{}'), s.merged_at, v_renewed)
        else coalesce(s.base_remote, '{}')
      end as base_remote,
      b.created,
      coalesce((m.snapshot ->> 'twenty_created_at')::timestamptz, s.remote_created_at) as remote_created_at,
      coalesce((m.snapshot ->> 'twenty_updated_at')::timestamptz, s.remote_updated_at) as remote_updated_at,
      s.remote_updated_at as known_updated_at,
      case
        when m.snapshot -> 'twenty_record' ? 'companyId' then (m.snapshot -> 'twenty_record' ->> 'companyId')::uuid
        else s.company_id
      end as company_id,
      s.company_id as known_company_id,
      case when v_adapter <> 'lead' then m.snapshot #>> '{twenty_record,updatedBy,name}' end as changed_by,
      least(coalesce((m.snapshot ->> 'twenty_updated_at')::timestamptz, v_read), v_read) as remote_time,
      (
        select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(m.stated) as e
        where e.key = any (v_fields)
          -- a person who is destroyed vanishes from the version of a record that was read with them: nobody edited it, and their absence is still to be confirmed
          and (e.key <> 'contact_id' or e.value <> 'null' or not m.local ? 'contact_id' or (m.snapshot ->> 'twenty_updated_at')::timestamptz is distinct from s.remote_updated_at)
      ) as stated
    from matched as m
    left join lead_sync.lead_states as s on s.lead_id = m.lead_id
    cross join lateral (
      select
        coalesce(s.remote_created_at <> (m.snapshot ->> 'twenty_created_at')::timestamptz or (s.gone and m.newly_linked), false) as reborn,
        s.intent is not null and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as by_us,
        m.newly_linked and m.lead_id = lead_sync.own_id_of(m.twenty_id) and lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as created
    ) as b
    where not m.repeated and not m.forgotten and (m.lead_id is not null or not (m.absent or m.dead or m.snapshot ? 'outside'))
  ),
  decided as materialized (
    select
      c.*, o.outcome, r.remote,
      case
        when o.outcome <> 'merge' or (c.local = c.base_local and r.remote = c.base_remote) then null
        else lead_sync.merge_lead(
          c.local, r.remote, c.base_local, c.base_remote, coalesce(c.intent -> 'values', '{}'), c.changed_at, c.remote_time,
          case when c.outside then v_outside_rules else v_rules end
        )
      end as merged
    from compared as c
    cross join lateral (
      select case
        when c.stale then 'stale'
        when c.absent and c.was_gone and c.local ? 'deleted' = c.base_local ? 'deleted' then 'gone'
        when c.absent and c.never_read then 'absent' -- somebody wrote a twenty_id that names nobody: nobody deleted anything
        when c.absent and not c.was_gone and (c.absent_since is null or v_suspicious or v_read < c.absent_since + v_allowance) then 'absent'
        else 'merge'
      end as outcome
    ) as o
    cross join lateral (
      select case
        when c.absent then c.base_remote || '{"deleted": true}'
        when c.dead then jsonb_strip_nulls(c.base_remote || c.stated) || '{"deleted": true}'
        else jsonb_strip_nulls(c.base_remote || c.stated) - 'deleted'
      end as remote
      offset 0 -- worked out once a record, not once a use
    ) as r
  ),
  settled as materialized (
    select
      d.*, a.taken, a.agreed_local, a.agreed_remote, a.conflicts, a.landed,
      d.outcome = 'merge' and (
        d.is_new or d.newly_linked or d.reborn or a.landed or d.absent_since is not null or d.absent <> d.was_gone
        or d.company_id is distinct from d.known_company_id
        or a.taken <> '{}' or a.agreed_local <> d.base_local or a.agreed_remote <> d.base_remote
      ) as moved,
      lead_sync.due_fields(jsonb_strip_nulls(d.local || a.taken), a.agreed_local, a.agreed_remote, true, v_rules) <> '{}' as due
    from decided as d
    cross join lateral (
      select
        coalesce(d.merged -> 'taken', '{}') as taken,
        coalesce(d.merged -> 'base_local', d.base_local) as agreed_local,
        coalesce(d.merged -> 'base_remote', d.base_remote) as agreed_remote,
        coalesce(d.merged -> 'conflicts', '[]') || case
          when d.left_out <> '{}' and d.merged -> 'taken' ?| array(select jsonb_object_keys(d.left_out)) then
            lead_sync.conflicts_unsent(d.left_out, d.merged -> 'taken', null, d.stated, d.local, v_rules)
          when d.created then lead_sync.conflicts_unsent(
            d.left_out, d.merged -> 'taken', d.intent -> 'values', case when d.remote_updated_at <> d.remote_created_at then d.stated end, d.local, v_rules
          )
          else '[]'
        end as conflicts,
        coalesce((d.merged ->> 'landed')::boolean, false) or d.created as landed
    ) as a
  ),
  next_status as materialized (
    select
      t.*,
      case
        when t.claim_token is not null then 'syncing'
        when not t.due then 'synced'
        -- with another e-mail it may be held no more
        when t.sync_status = 'error' and not t.newly_linked and not t.taken ? 'email' then 'error'
        else 'pending'
      end as new_status
    from settled as t
    where t.moved
  ),
  write_states as (
    insert into lead_sync.lead_states as s (
      lead_id, adapter, base_local, base_remote, remote_created_at, remote_updated_at, company_id, absent_since, gone, changed_at, merged_at, read_at, due_at,
      due_since, intent
    )
    select
      n.lead_id, v_adapter, n.agreed_local, n.agreed_remote, n.remote_created_at, n.remote_updated_at, n.company_id, null, n.absent, n.changed_at, v_now, v_read,
      case n.new_status when 'synced' then null when 'pending' then coalesce(n.due_at, v_now) else n.due_at end,
      case when n.new_status <> 'synced' then coalesce(n.due_since, v_now) end,
      case when n.landed or v_read > (n.intent ->> 'until')::timestamptz then null else n.intent end
    from next_status as n
    order by n.lead_id
    on conflict (lead_id) do update set
      base_local = excluded.base_local,
      base_remote = excluded.base_remote,
      remote_created_at = excluded.remote_created_at,
      remote_updated_at = excluded.remote_updated_at,
      company_id = excluded.company_id,
      absent_since = excluded.absent_since,
      gone = excluded.gone,
      merged_at = excluded.merged_at,
      read_at = excluded.read_at,
      due_at = excluded.due_at,
      due_since = excluded.due_since,
      intent = excluded.intent,
      refusal = null
  ),
  note_versions as (
    update lead_sync.lead_states as s set remote_updated_at = t.remote_updated_at, read_at = greatest(s.read_at, v_read)
    from settled as t
    where s.lead_id = t.lead_id and t.outcome = 'merge' and not t.moved and t.remote_updated_at is distinct from t.known_updated_at
  ),
  note_absences as (
    update lead_sync.lead_states as s set absent_since = coalesce(s.absent_since, v_read)
    from decided as d
    where s.lead_id = d.lead_id and d.outcome = 'absent' and s.absent_since is null
  ),
  supersede_conflicts as (
    update public.lead_sync_conflicts as c set resolved_at = v_now, resolution = 'superseded'
    from next_status as n cross join jsonb_array_elements(n.conflicts) as newer
    where c.lead_id = n.lead_id and c.field = newer ->> 'field' and c.resolved_at is null
  ),
  write_conflicts as (
    insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
    select n.lead_id, v_run_id, c ->> 'field', c ->> 'winner', c -> 'supabase_value', c -> 'twenty_value', c ->> 'reason'
    from next_status as n cross join jsonb_array_elements(n.conflicts) as c
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, created_at, synced_at)
    select
      n.lead_id, v_run_id, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(n.taken)),
      case when n.landed then v_now else n.remote_time end, -- beside our own write come back it is no edit of somebody
      v_now
    from next_status as n
    where n.taken <> '{}' or n.newly_linked
  ),
  write_changes as (
    insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
    select v_now, n.lead_id, v_run_id, 'supabase', lead_sync.values_before(n.local, n.taken), n.taken
    from next_status as n
    where v_keeps_changes and not n.is_new and n.taken <> '{}'
  )
  select to_jsonb(array_agg(
    jsonb_build_object(
      'index', m.index,
      'lead_id', case when not m.forgotten then coalesce(t.lead_id, m.lead_id) end,
      'twenty_id', m.twenty_id,
      'result', case
        when m.forgotten then 'rejected'
        when t.outcome = 'stale' then 'stale'
        when t.outcome = 'absent' then 'held'
        when t.is_new then 'created'
        when t.conflicts <> '[]' then 'conflict'
        when t.taken <> '{}' or t.newly_linked then 'updated'
        else 'unchanged'
      end,
      'linked', m.newly_linked and not m.forgotten,
      'reason', case
        when m.repeated then 'the record comes again later in this batch'
        when t.outcome = 'stale' then 'read before the lead was last merged or written'
        when t.outcome = 'absent' and v_suspicious then 'not found in Twenty, as so many others that this may be another workspace: a reconciliation decides'
        when t.outcome = 'absent' then 'not found in Twenty; a later read must confirm it'
        when m.forgotten then 'forgotten: this person asked for it. Destroy ' || m.twenty_id || ' in Twenty; a form in which they write anew is taken'
        when m.snapshot ? 'outside' then 'outside the filter of who comes in'
        when t.lead_id is null and m.absent then 'not known here'
        when t.lead_id is null then 'deleted in Twenty before it was known here'
      end,
      'fields', array(select jsonb_object_keys(t.taken))
    )
    order by m.index
  )),
  (
    select array_agg(row(
      n.lead_id, n.is_new, n.twenty_id, n.taken, n.remote_time, n.new_status, n.new_status = 'error',
      case
        when n.left_out = '{}' then n.left_out
        else lead_sync.still_left_out(n.left_out, jsonb_strip_nulls(n.local || n.taken), n.agreed_local, n.agreed_remote, v_rules)
      end,
      case when n.is_new or n.taken <> '{}' then 'twenty_to_supabase' end, case when n.is_new or n.new_status = 'synced' then v_now end,
      case when v_adapter <> 'lead' then jsonb_build_object('created_at', n.remote_created_at, 'changed_at', n.remote_time, 'changed_by', n.changed_by) end
    )::lead_sync.row_change order by n.index)
    from next_status as n
    where n.is_new or n.taken <> '{}' or n.newly_linked or n.sync_status <> n.new_status or n.left_out <> '{}'
  ),
  (select array_agg(n.lead_id) from next_status as n where v_adapter = 'lead' and not n.absent and (n.reborn or n.was_gone))
  into v_results, v_changes, v_again
  from matched as m
  left join settled as t on t.index = m.index;
  perform lead_sync.write_rows(v_adapter, v_changes);
  if v_again is not null then
    perform lead_sync.note_remade(v_again);
  elsif v_adapter <> 'lead' and exists (select from lead_sync.lead_states as s where s.remade_at > v_read) then
    perform lead_sync.put_back(array(select s.lead_id from lead_sync.lead_states as s where s.remade_at > v_read));
  end if;

  return coalesce(v_results, '[]');
end
$$;
