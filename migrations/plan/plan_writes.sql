-- After the pre-push read was merged: what each claimed lead must send, recorded as intent before anything is written. The rest is released or held with its reason.
-- Returns {writes, held: [result], released, waiting, lease_seconds}; waiting: of the released, those that wait for another lead to give its e-mail up.
create or replace function lead_sync.plan_writes(p_claim_token uuid, p_items jsonb, p_results jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := p_context ->> 'adapter';
  v_settings lead_sync.settings;
  v_renewed jsonb := lead_sync.renewed_rules(p_context -> 'rules');
  v_now timestamptz := clock_timestamp();
  v_rows lead_sync.synced_row[] := lead_sync.read_rows(v_adapter, array(select s.lead_id from lead_sync.lead_states as s where s.claim_token = p_claim_token));
  -- other rows than leads that name what is not in Twenty yet, and why they wait
  v_waiting jsonb := case when v_adapter <> 'lead' then lead_sync.rows_waiting(v_adapter, array(select l.id from unnest(v_rows) as l), p_context -> 'rules') else '{}' end;
  v_answer jsonb;
  v_releases jsonb;
  v_woken jsonb;
  v_names jsonb := (select jsonb_object_agg(r ->> 'field', r -> 'translations') from jsonb_array_elements(p_context -> 'rules') as r where r ? 'translations'); -- in Twenty
  v_outside uuid[]; -- whom the filter leaves here
  v_judged_by timestamptz;
begin
  select * into strict v_settings from lead_sync.settings;
  if v_adapter = 'lead' then
    select array_agg(o.lead_id), min(o.judged_by) into v_outside, v_judged_by from lead_sync.outside_leads(array(select l.id from unnest(v_rows) as l)) as o;
  end if;
  with recursive rule as materialized (
    select r ->> 'field' as field, r ->> 'direction' as direction, r ? 'of_company' as of_company from jsonb_array_elements(p_context -> 'rules') as r
  ),
  person as materialized (
    select
      (i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id, i -> 'snapshot' as snapshot,
      case v_adapter when 'lead' then nullif(lead_sync.comparable('email', i -> 'snapshot' -> 'email'), '') end as email,
      i -> 'snapshot' ->> 'twenty_deleted_at' is not null as dead
    from jsonb_array_elements(p_items) as i
    where not coalesce((i -> 'snapshot' ->> 'absent')::boolean, false)
  ),
  outcome as materialized (
    select coalesce((r ->> 'lead_id')::uuid, l.id) as lead_id, min(r ->> 'result') as result, min(r ->> 'reason') as reason
    from jsonb_array_elements(p_results) as r
    left join unnest(v_rows) as l on r ->> 'lead_id' is null and l.twenty_id = case when lead_sync.is_uuid(r ->> 'twenty_id') then (r ->> 'twenty_id')::uuid end
    where r ->> 'lead_id' is not null or l.id is not null
    group by 1
  ),
  claimed as materialized (
    select
      l.id as lead_id, l.twenty_id, l.local,
      case when v_renewed is null then s.base_local else lead_sync.known_base(s.base_local, s.merged_at, v_renewed) end as base_local,
      case when v_renewed is null then s.base_remote else lead_sync.known_base(s.base_remote, s.merged_at, v_renewed) end as base_remote,
      s.gone, s.lease, s.absent_since, s.remote_created_at is null as never_read,
      (s.intent ->> 'until')::timestamptz as intent_until, s.retries, o.result, o.reason, p.snapshot, p.email as remote_email
    from unnest(v_rows) as l
    join lead_sync.lead_states as s on s.lead_id = l.id
    left join outcome as o on o.lead_id = s.lead_id
    left join person as p on p.twenty_id = l.twenty_id
    where s.claim_token = p_claim_token
  ),
  needed as materialized (
    select
      c.*,
      lead_sync.due_fields(c.local, c.base_local, c.base_remote, c.twenty_id is not null, p_context -> 'rules') as due,
      case v_adapter when 'lead' then nullif(lead_sync.comparable('email', c.local -> 'email'), '') end as email
    from claimed as c
  ),
  -- Who has each e-mail in Twenty; e-mails are unique there, tombstones included. A lead that has another e-mail here by now will give it up.
  owner as materialized (
    select distinct on (p.email) p.email, p.twenty_id, p.dead, l.id as lead_id,
      l.deleted_at is null and lead_sync.comparable('email', to_jsonb(l.email)) is distinct from p.email as gives,
      l.sync_status = 'error' and s.held_by is not null as held, s.due_at
    from person as p
    left join public.leads as l on l.twenty_id = p.twenty_id
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where p.email is not null
    order by p.email, p.twenty_id
  ),
  judged as materialized (
    select
      n.*,
      case
        when n.result = 'rejected' or (n.twenty_id is not null and n.result is null) then 'unread'
        when n.result = 'stale' then 'release'
        when n.result = 'held' and n.never_read and v_now >= n.absent_since + (p_context ->> 'absence_allowance')::interval then 'nobody'
        when n.result = 'held' then 'await'
        when n.due = '{}' then 'settled'
        when v_waiting ? n.lead_id::text and n.due <> '{deleted}' then 'waits'
        when n.lead_id = any (v_outside) then case
          -- a create that may still land is waited for
          when n.twenty_id is null and n.intent_until >= (p_context ->> 'read_started_at')::timestamptz then 'release' else 'outside'
        end
        when other.dead then 'tombstone'
        -- an earlier create may still land: this person is linked by e-mail once that is ruled out
        when other.twenty_id is not null and n.twenty_id is null and n.intent_until is not null then 'release'
        when other.twenty_id is not null then 'duplicate'
        else 'write'
      end as judgement,
      other.lead_id as other_lead_id, other.twenty_id as other_twenty_id,
      case
        when n.due <> '{deleted}' then case when n.twenty_id is null then 'create' else 'update' end
        when n.local ? 'deleted' then 'delete'
        when n.gone then 'create'
        else 'restore'
      end as op
    from needed as n
    left join owner as other
      on other.email = n.email and other.twenty_id is distinct from n.twenty_id
      and (n.due = '{deleted}' or 'email' = any (n.due)) and not n.local ? 'deleted'
  ),
  -- Whom a lead's new e-mail depends on: the lead whose person has it, the one whose person has that lead's new e-mail, and so on.
  dependence (lead_id, on_lead_id) as (
    select j.lead_id, j.other_lead_id from judged as j where j.judgement = 'duplicate' and 'email' = any (j.due)
    union
    select d.lead_id, j.other_lead_id
    from dependence as d join judged as j on j.lead_id = d.on_lead_id
    where j.judgement = 'duplicate' and 'email' = any (j.due)
  ),
  -- In a circle nobody can go first: one person's e-mail is blanked, as a write of its own, and the others follow one by one.
  circle as materialized (
    select d.lead_id, d.lead_id::text = (select min(m.on_lead_id::text) from dependence as m where m.lead_id = d.lead_id) as first
    from dependence as d where d.lead_id = d.on_lead_id
  ),
  patience as materialized (
    select d.lead_id, max(o.due_at) filter (where not o.held and g.lead_id is null) as until,
      array_agg(o.lead_id) filter (where o.held and g.lead_id is null) as wakes
    from dependence as d
    join owner as o on o.lead_id = d.on_lead_id and o.gives
    left join judged as g on g.lead_id = d.on_lead_id
    where case
      when g.lead_id is null then o.held or o.due_at is not null
      else (g.judgement = 'write' and 'email' = any (g.due)) or exists (select from circle as c where c.lead_id = g.lead_id)
    end
    group by d.lead_id
  ),
  turned as materialized (
    select
      j.*, coalesce(c.first, false) as blanks, p.until as waits_until, p.wakes,
      case when c.first then 'write' when p.lead_id is not null then 'turn' else j.judgement end as verdict
    from judged as j
    left join circle as c on c.lead_id = j.lead_id
    left join patience as p on p.lead_id = j.lead_id
  ),
  -- No batch holds a record whose e-mail is, or was at the read, another's in it: the later one waits for the next batch.
  touched as materialized (
    select j.lead_id, e.email, e.email = j.email and 'email' = any (j.due) as takes
    from turned as j cross join lateral (select case when not j.blanks then j.email end union select j.remote_email) as e (email)
    where j.verdict = 'write' and j.op <> 'delete' and e.email is not null
  ),
  first_touch as materialized (
    select t.email, min(t.lead_id::text)::uuid as lead_id, (min(t.lead_id::text) filter (where t.takes))::uuid as taker_id
    from touched as t
    group by t.email
  ),
  -- Nor has a batch more bytes than a claim may have, but for one record that has them alone.
  ordered as materialized (
    select
      j.*,
      j.verdict = 'write' and (
        (j.total > v_settings.max_claim_bytes and j.total > j.bytes)
        or exists (
          select from touched as t join first_touch as f on f.email = t.email
          where t.lead_id = j.lead_id and ((t.takes and f.lead_id < j.lead_id) or f.taker_id < j.lead_id)
        )
      ) as waits
    from (
      select w.*, sum(w.bytes) over (order by w.lead_id) as total
      from (
        select v.*, case when v.verdict = 'write' then pg_column_size(v.local) + coalesce(pg_column_size(v.snapshot -> 'twenty_record'), 0) else 0 end as bytes
        from turned as v
      ) as w
    ) as j
  ),
  planned as materialized (
    select
      o.*, k.left_out,
      case
        when o.op = 'delete' then '{"deleted": true}'::jsonb
        when o.blanks then '{"email": null}'::jsonb
        else (
          select coalesce(jsonb_object_agg(r.field, coalesce(case when not k.left_out ? r.field then o.local -> r.field end, 'null')), '{}')
          from rule as r
          where r.direction <> 'to_supabase' and case
            when r.field = 'deleted' then o.op = 'restore'
            when o.op = 'create' then o.local ? r.field
            when o.op = 'restore' then true
            when r.field in ('company_name', 'company_domain') then o.due && array['company_name', 'company_domain']
            else r.field = any (o.due)
          end
        )
      end as values
    from ordered as o
    -- a domain that many share (linkedin.com) tells no company apart: it stays here, and the company goes by its name
    cross join lateral (
      select case
        when (o.op in ('create', 'restore') or o.due && array['company_name', 'company_domain'])
          and (select bool_or(r.of_company) from rule as r where r.field = 'company_domain')
          and lead_sync.shared_host(o.local ->> 'company_domain') is not null
          then jsonb_build_object('company_domain', o.local -> 'company_domain')
        else '{}'
      end as left_out
      offset 0
    ) as k
    where o.verdict = 'write' and not o.waits
  ),
  record_intents as (
    update lead_sync.lead_states as s set
      intent = jsonb_build_object(
        'twenty_id', case when p.op = 'create' then lead_sync.id_in_twenty(p.lead_id) else p.twenty_id end,
        'values', p.values, 'base_local', p.base_local, 'base_remote', p.base_remote, 'until', v_now + p.lease
      ) || case when p.left_out <> '{}' then jsonb_build_object('left_out', p.left_out) else '{}' end -- vanished: see merge_snapshots
        || case when p.base_remote ? 'contact_id' and p.snapshot -> 'contact_id' = 'null' and not p.values ? 'contact_id' then '{"vanished": true}'::jsonb else '{}' end,
      due_at = v_now + p.lease
    from planned as p
    where s.lead_id = p.lead_id
  ),
  drop_old_intents as (
    update lead_sync.lead_states as s set intent = null
    from ordered as o
    where s.lead_id = o.lead_id and o.twenty_id is null and o.verdict in ('release', 'outside') and (p_context ->> 'read_started_at')::timestamptz > o.intent_until
  ),
  wake_states as (
    update lead_sync.lead_states as s set due_at = v_now, held_by = null from turned as o where s.lead_id = any (o.wakes)
    returning s.lead_id
  ),
  releases as materialized (
    select o.lead_id, o.verdict,
      case o.verdict when 'tombstone' then 'tombstone' when 'duplicate' then 'duplicate_of' when 'nobody' then 'not_found' when 'waits' then 'waits' when 'unread' then case when o.reason ~ ', approval \d+$' then 'approval' end end as category,
      case when o.verdict in ('tombstone', 'duplicate') then o.other_twenty_id end as held_by,
      case when o.verdict in ('tombstone', 'duplicate', 'nobody') then 'error' when o.verdict = 'settled' then 'synced' when o.verdict = 'outside' then 'outside' else 'pending' end as sync_status,
      case
        when o.verdict = 'unread' then v_now + lead_sync.backoff(o.retries + 1, v_settings.backoff_first, v_settings.backoff_longest)
        when o.verdict = 'await' then greatest(
          coalesce(o.absent_since, v_now) + (p_context ->> 'absence_allowance')::interval,
          case when (p_context ->> 'suspicious')::boolean then v_now + v_settings.backoff_first end
        )
        when o.verdict = 'turn' then greatest(v_now, o.waits_until)
        when o.verdict = 'waits' then v_now + v_settings.backoff_longest -- wake_rows ends it
        when o.verdict in ('release', 'write') then greatest(v_now, case when o.twenty_id is null and o.verdict = 'release' then o.intent_until end)
      end as due_at,
      case
        when o.verdict = 'await' then 'not found in Twenty; waiting for a second read to confirm it'
        when o.verdict = 'waits' then v_waiting ->> o.lead_id::text
        when o.verdict = 'unread' then 'what Twenty holds of this lead could not be taken: ' || coalesce(o.reason, 'it was not read')
        when o.verdict = 'nobody' then
          'not_found: twenty_id names nobody in Twenty: correct it, or blank it, and the lead is linked by its e-mail or gets a person of its own'
        when o.verdict = 'tombstone' then
          'tombstone: the e-mail belongs to a deleted person in Twenty (' || o.other_twenty_id || '): restore that person or change the e-mail'
        when o.verdict = 'duplicate' then
          coalesce('duplicate_of ' || o.other_lead_id, 'duplicate: person ' || o.other_twenty_id || ' in Twenty')
          || ' has this e-mail: merge the two leads or change the e-mail'
      end as error
    from ordered as o
    where o.verdict <> 'write' or o.waits
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message, created_at)
    select r.lead_id, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'supabase_to_twenty', 'error', r.error, coalesce(s.due_since, v_now)
    from releases as r join lead_sync.lead_states as s on s.lead_id = r.lead_id
    where r.sync_status = 'error'
  )
  select
    jsonb_build_object(
      'writes', coalesce((
        select to_jsonb(array_agg(
          jsonb_build_object(
            'lead_id', p.lead_id,
            'op', p.op,
            'twenty_id', case when p.op = 'create' then lead_sync.id_in_twenty(p.lead_id) else p.twenty_id end,
            'twenty_updated_at', p.snapshot -> 'twenty_updated_at',
            'values', case when v_names is null then f.form else lead_sync.translated(f.form, v_names) end,
            'country', lead_sync.country_code(p.local ->> 'country'),
            'twenty_record', case when p.op <> 'create' then p.snapshot -> 'twenty_record' end
          )
          order by p.lead_id
        ))
        from planned as p
        cross join lateral (select case v_adapter when 'lead' then lead_sync.wire_form(p.values - 'deleted') else lead_sync.sent_fields(p.values - 'deleted') end as form offset 0) as f
      ), '[]'),
      'held', coalesce((
        select jsonb_agg(jsonb_build_object(
          'index', null, 'lead_id', r.lead_id, 'twenty_id', null, 'result', 'held', 'linked', false, 'reason', r.error, 'fields', '[]'::jsonb
        ))
        from releases as r
        where r.sync_status = 'error'
      ), '[]'),
      'released', (select count(*) from releases),
      'waiting', (select count(*) from releases as r where r.verdict = 'turn'),
      'lease_seconds', (select extract(epoch from min(p.lease))::integer from planned as p)
    ),
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'lead_id', r.lead_id, 'sync_status', r.sync_status, 'due_at', r.due_at, 'error', r.error, 'tried', (r.verdict = 'unread')::integer,
        'category', r.category, 'held_by', r.held_by, 'count', case when r.sync_status in ('synced', 'outside') then 0 end, 'outside_by', case when r.sync_status = 'outside' then v_judged_by end,
        'last_synced_at', case when r.sync_status = 'synced' then v_now end
      ) order by r.lead_id)
      from releases as r
    ), '[]'),
    (select jsonb_agg(jsonb_build_object('lead_id', w.lead_id, 'sync_status', 'pending', 'error', null)) from wake_states as w)
  into v_answer, v_releases, v_woken;

  perform lead_sync.release_claims(v_releases, p_context);
  perform lead_sync.write_or_split('mark', v_woken, p_context);
  return v_answer;
end
$$;
