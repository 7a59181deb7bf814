-- Merges those of the snapshots that are plain, see merge_people, and leaves the others. A new person's values are taken as they are; of a known one those that Twenty
-- changed, none of which anybody changed here, so that there is no conflict. Rows are written as they will stand, assessed, where no trigger of the owner's may change them.
create or replace function lead_sync.merge_plain_snapshots(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_read timestamptz := (p_context ->> 'read_started_at')::timestamptz;
  v_run_id uuid := (p_context ->> 'run_id')::uuid;
  v_now timestamptz := clock_timestamp();
  v_keeps_changes boolean := (select s.changes_days > 0 from lead_sync.settings as s);
  v_has_forgotten boolean := exists (select from lead_sync.forgotten);
  v_is_prepared boolean := not exists (
    select from pg_catalog.pg_trigger as t
    join pg_catalog.pg_proc as f on f.oid = t.tgfoid
    where t.tgrelid = 'public.leads'::regclass and not t.tgisinternal and f.pronamespace <> 'lead_sync'::regnamespace
  );
  v_state lead_sync.scoring_state := lead_sync.scoring_state_in_use();
  v_assessed_fields text[] := lead_sync.assessed_fields(v_state.version); -- of another one no score depends
  v_fields text[];
  v_sent text[]; -- fields that go to Twenty
  v_only_sent text[];
  v_only_taken text[];
  v_spelled jsonb; -- {field: kind} of those of which one value has several spellings
  v_renewed_since timestamptz;
  v_typed text[]; -- fields that hold more than texts, or are cleaned before
  v_has_attributes boolean;
  v_blank public.leads := jsonb_populate_record(
    null::public.leads, '{"additional_emails": [], "additional_phones": [], "attributes": {}, "left_out": {}, "sync_status": "synced", "score_epoch": 0, "sync_error_count": 0}'
  );
  v_results jsonb;
begin
  select
    array_agg(r ->> 'field'),
    coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' <> 'to_supabase'), '{}'),
    coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_twenty'), '{}'),
    coalesce(array_agg(r ->> 'field') filter (where r ->> 'direction' = 'to_supabase'), '{}'),
    coalesce(jsonb_object_agg(r ->> 'field', r ->> 'kind') filter (where r ->> 'kind' in ('domain', 'email')), '{}'),
    max((r ->> 'base_since')::timestamptz),
    coalesce(array_agg(r ->> 'field') filter (where r ->> 'field' in ('lead_score', 'additional_phones') or r ->> 'field' like 'attributes.%'), '{}'),
    coalesce(bool_or(r ->> 'field' like 'attributes.%'), false)
  into v_fields, v_sent, v_only_sent, v_only_taken, v_spelled, v_renewed_since, v_typed, v_has_attributes
  from jsonb_array_elements(p_context -> 'rules') as r
  where r ->> 'field' <> 'deleted';
  v_blank.created_at := now();

  perform set_config('lead_sync.prepared', case when v_is_prepared then 'on' else 'off' end, true);
  with item as materialized (
    select (i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, (i #>> '{snapshot,twenty_id}')::uuid as twenty_id
    from jsonb_array_elements(p_items) as i
  ),
  stated as materialized (
    select
      i.index, i.twenty_id, i.snapshot, n.known, v.stated,
      (i.snapshot ->> 'twenty_created_at')::timestamptz as created_at,
      (i.snapshot ->> 'twenty_updated_at')::timestamptz as updated_at,
      i.snapshot -> 'twenty_record' ? 'companyId' as has_company,
      (i.snapshot #>> '{twenty_record,companyId}')::uuid as company_id
    from item as i
    left join lateral (select l as known from public.leads as l where l.twenty_id = i.twenty_id limit 1) as n on true
    cross join lateral (
      select (i.snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'attributes']) as texts offset 0
    ) as t
    cross join lateral (
      select t.texts || case
        when jsonb_typeof(i.snapshot -> 'attributes') = 'object' and i.snapshot -> 'attributes' <> '{}' then lead_sync.attribute_values(i.snapshot -> 'attributes', true)
        else '{}'
      end || case
        when jsonb_typeof(t.texts -> 'additional_phones') = 'array' then jsonb_build_object('additional_phones', lead_sync.stated_list(t.texts -> 'additional_phones'))
        else '{}'
      end as stated
      offset 0
    ) as v
    where i.snapshot ->> 'twenty_deleted_at' is null
      and i.snapshot ->> 'additional_emails' is null
      and v.stated - v_fields = '{}' -- nor is it said to be absent
      and coalesce(jsonb_typeof(t.texts -> 'lead_score'), 'null') in ('number', 'null')
      and coalesce(jsonb_typeof(t.texts -> 'additional_phones'), 'null') in ('array', 'null')
  ),
  compared as materialized (
    select
      i.index, i.twenty_id, i.known, i.known is null as is_new,
      coalesce(i.updated_at, s.remote_updated_at) as remote_updated_at, s.remote_updated_at as known_updated_at,
      coalesce(i.created_at, s.remote_created_at) as remote_created_at,
      case when i.has_company then i.company_id else s.company_id end as company_id, s.company_id as known_company_id,
      coalesce(s.base_local, '{}') as base_local, coalesce(s.base_remote, '{}') as base_remote, s.due_at, s.due_since,
      least(coalesce(i.updated_at, v_read), v_read) as remote_time,
      r.remote, d.changed
    from stated as i
    left join lateral (select k.* from lead_sync.lead_states as k where k.lead_id = (i.known).id limit 1) as s on true
    left join lateral (select k.id from public.leads as k where i.known is null and k.id = lead_sync.own_id_of(i.twenty_id) limit 1) as own on true
    left join lateral (
      select k.id from public.leads as k
      where i.known is null
        and case when k.email ~ '^[!-~]+$' then lower(k.email) else lower(normalize(regexp_replace(k.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end
          = lower(i.stated ->> 'email')
      limit 1
    ) as same on true
    cross join lateral (select jsonb_strip_nulls(coalesce(s.base_remote, '{}') || i.stated) as remote offset 0) as r
    cross join lateral (
      select case
        when i.known is null then r.remote
        else (
          select coalesce(jsonb_object_agg(e.k, coalesce(r.remote -> e.k, 'null')), '{}')
          from (select jsonb_object_keys(i.stated) as k) as e
          where r.remote -> e.k is distinct from s.base_remote -> e.k
        )
      end as changed
      offset 0
    ) as d
    where case
      when i.known is null then
        own.id is null and same.id is null
        and (i.stated ->> 'email' is null or (i.stated ->> 'email' ~ '^[!-~]+$' and i.stated ->> 'email' !~* '[@.]xn--'))
        and not (v_has_forgotten and lead_sync.is_forgotten(i.snapshot))
      else
        (i.known).deleted_at is null and (i.known).left_out = '{}'
        and s.claim_token is null and s.intent is null and s.absent_since is null and not s.gone and s.joined is null
        and s.merged_at <= v_read and s.remote_created_at = i.created_at and (v_renewed_since is null or s.merged_at > v_renewed_since) and not coalesce(s.read_at > v_read and i.updated_at < s.remote_updated_at, false)
        and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
        and not d.changed ?| v_only_sent
    end
      -- looked for in all texts at once, then in each
      and not ((d.changed - v_typed)::text ~ '": (""|"[ \u00a0]|[^"n])|[ \u00a0]"[,}]|\\' and d.changed - v_typed @? 'strict $.* ? (
        @.type() != "string" && @.type() != "null" || @ like_regex "^$|^[ \\t\\r\\n\\f\\u000b\\u00a0]|[ \\t\\r\\n\\f\\u000b\\u00a0]$"
      )')
  ),
  uncontested as materialized (
    select c.*, t.taken, v.local, e.edited && v_sent as is_due
    from compared as c
    cross join lateral (
      select case
        when c.is_new then c.changed - v_only_sent
        -- another spelling of an address is nobody's edit
        when c.changed ?| array(select jsonb_object_keys(v_spelled)) then (
          select coalesce(jsonb_object_agg(e.key, e.value), '{}')
          from jsonb_each(c.changed) as e
          where not v_spelled ? e.key or not lead_sync.same_value(v_spelled ->> e.key, e.value, c.base_remote -> e.key)
        )
        else c.changed
      end as taken
      offset 0
    ) as t
    cross join lateral (select case when not c.is_new then lead_sync.lead_values(c.known) end as local offset 0) as v
    cross join lateral (
      select case
        when c.is_new or v.local = c.base_local then '{}'::text[]
        -- a score or a segment that waits to go out, as most edits are
        when v.local - v_only_sent = c.base_local - v_only_sent then array(select k from unnest(v_only_sent) as k where v.local -> k is distinct from c.base_local -> k)
        else array(select k from jsonb_object_keys(v.local || c.base_local) as k where v.local -> k is distinct from c.base_local -> k)
      end as edited
      offset 0
    ) as e
    where not e.edited && v_only_taken
      and not t.taken ?| e.edited
      -- both sides changed the company
      and not (e.edited && array['company_name', 'company_domain'] and t.taken ?| array['company_name', 'company_domain'])
  ),
  lead as materialized (
    select
      u.*, u.is_new or u.taken ?| v_assessed_fields or (
        (u.known).score_epoch <> v_state.epoch or (u.known).rescore_at <= v_now
      ) and u.taken - array['additional_emails', 'additional_phones', 'lead_score', 'segment'] <> '{}' as is_assessed,
      jsonb_populate_record(
        coalesce(u.known, v_blank),
        u.taken
        || case when u.is_new then jsonb_object('{id,twenty_id}', array[u.twenty_id, u.twenty_id]::text[]) else '{}' end
        || case when u.taken -> 'additional_emails' = 'null' then '{"additional_emails": []}'::jsonb else '{}' end
        || case when u.taken -> 'additional_phones' = 'null' then '{"additional_phones": []}'::jsonb else '{}' end
        || case when u.taken ?| array['company_size', 'country', 'region', 'postal_code'] then '{"score_epoch": 0}'::jsonb else '{}' end
        || case when v_has_attributes then jsonb_build_object('attributes', lead_sync.apply_attributes(coalesce((u.known).attributes, '{}'), u.taken)) else '{}' end
      ) as row
    from uncontested as u
  ),
  assessed as materialized (
    select a.*, true as is_anew from lead_sync.assess_leads(array(select l.row from lead as l where l.is_assessed and v_is_prepared)) as a
    union all
    select
      (l.row).id, (l.row).company_employees, (l.row).company_size_band, (l.row).income_tier, (l.row).segment_id, (l.row).segment_confidence, (l.row).segment_source,
      (l.row).lead_score, (l.row).score_breakdown, (l.row).score_epoch, (l.row).rescore_at, false
    from lead as l
    where not (l.is_assessed and v_is_prepared)
  ),
  settled as materialized (
    select
      l.*, a.company_employees, a.company_size_band, a.income_tier, a.segment_id, a.segment_confidence, a.segment_source, a.lead_score, a.score_breakdown,
      a.score_epoch, a.rescore_at,
      jsonb_strip_nulls(l.base_local || l.taken) as agreed_local, array(select jsonb_object_keys(l.taken)) as fields,
      l.is_new or l.taken <> '{}' or l.remote <> l.base_remote or l.company_id is distinct from l.known_company_id as is_moved,
      case
        -- with another e-mail it may be held no more
        when l.is_due then case when (l.known).sync_status = 'error' and not l.taken ? 'email' then 'error' else 'pending' end
        when a.is_anew and (a.lead_score, a.segment_id) is distinct from ((l.known).lead_score, (l.known).segment_id) then 'pending'
        else 'synced'
      end as status
    from lead as l
    join assessed as a on a.lead_id = (l.row).id
  ),
  insert_leads as (
    insert into public.leads (
      id, twenty_id, first_name, last_name, email, additional_phones, phone, job_title, company_name, company_domain, company_size, city, region, country,
      postal_code, linkedin_url, lead_source, lead_status, attributes, company_employees, company_size_band, income_tier, segment_id, segment_confidence,
      segment_source, lead_score, score_breakdown, score_epoch, rescore_at, sync_status, sync_direction, last_synced_at, created_at, updated_at
    )
    select
      (s.row).id, (s.row).twenty_id, (s.row).first_name, (s.row).last_name, (s.row).email, (s.row).additional_phones, (s.row).phone, (s.row).job_title,
      (s.row).company_name, (s.row).company_domain, (s.row).company_size, (s.row).city, (s.row).region, (s.row).country, (s.row).postal_code,
      (s.row).linkedin_url, (s.row).lead_source, (s.row).lead_status, (s.row).attributes, s.company_employees, s.company_size_band, s.income_tier,
      s.segment_id, s.segment_confidence, s.segment_source, s.lead_score, s.score_breakdown, s.score_epoch, s.rescore_at, s.status, 'twenty_to_supabase',
      v_now, (s.row).created_at, v_now
    from settled as s
    where s.is_new
    order by s.index
  ),
  update_leads as (
    update public.leads as l set
      first_name = (s.row).first_name,
      last_name = (s.row).last_name,
      email = (s.row).email,
      additional_emails = (s.row).additional_emails,
      phone = (s.row).phone,
      additional_phones = (s.row).additional_phones,
      job_title = (s.row).job_title,
      company_name = (s.row).company_name,
      company_domain = (s.row).company_domain,
      company_size = (s.row).company_size,
      city = (s.row).city,
      region = (s.row).region,
      country = (s.row).country,
      postal_code = (s.row).postal_code,
      linkedin_url = (s.row).linkedin_url,
      lead_source = (s.row).lead_source,
      lead_status = (s.row).lead_status,
      attributes = (s.row).attributes,
      company_employees = s.company_employees,
      company_size_band = s.company_size_band,
      income_tier = s.income_tier,
      segment_id = s.segment_id,
      segment_confidence = s.segment_confidence,
      segment_source = s.segment_source,
      lead_score = s.lead_score,
      score_breakdown = s.score_breakdown,
      score_epoch = s.score_epoch,
      rescore_at = s.rescore_at,
      sync_status = s.status,
      sync_direction = case when s.taken <> '{}' then 'twenty_to_supabase' else l.sync_direction end,
      sync_error_message = case when s.status = 'error' then l.sync_error_message end,
      sync_error_count = case when s.status = 'error' then l.sync_error_count else 0 end,
      last_synced_at = case when s.is_due then l.last_synced_at else v_now end,
      updated_at = v_now
    from settled as s
    where l.id = (s.known).id and s.is_moved and (s.taken <> '{}' or l.sync_status <> s.status)
  ),
  insert_states as (
    insert into lead_sync.lead_states (lead_id, base_local, base_remote, remote_created_at, remote_updated_at, company_id, merged_at, read_at, due_at, due_since)
    select
      s.twenty_id, s.agreed_local, s.remote, s.remote_created_at, s.remote_updated_at, s.company_id, v_now, v_read,
      case when s.status <> 'synced' then v_now end, case when s.status <> 'synced' then v_now end
    from settled as s
    where s.is_new
    order by s.twenty_id
  ),
  update_states as (
    update lead_sync.lead_states as t set
      base_local = case when s.is_moved then s.agreed_local else t.base_local end,
      base_remote = case when s.is_moved then s.remote else t.base_remote end,
      remote_updated_at = s.remote_updated_at,
      company_id = s.company_id,
      merged_at = case when s.is_moved then v_now else t.merged_at end,
      read_at = case when s.is_moved then v_read else greatest(t.read_at, v_read) end,
      due_at = case when not s.is_moved then t.due_at when s.status <> 'synced' then case s.status when 'pending' then coalesce(t.due_at, v_now) else t.due_at end end,
      due_since = case when not s.is_moved then t.due_since when s.status <> 'synced' then coalesce(t.due_since, v_now) end,
      refusal = case when not s.is_moved then t.refusal end
    from settled as s
    where t.lead_id = (s.known).id and (s.is_moved or s.remote_updated_at is distinct from s.known_updated_at)
  ),
  write_history as (
    insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, created_at, synced_at)
    select (s.row).id, v_run_id, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', s.fields, s.remote_time, v_now
    from settled as s
    where s.taken <> '{}'
  ),
  write_changes as (
    insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
    select
      v_now, (s.known).id, v_run_id, 'supabase',
      -- as values_before has it: a call of it takes longer
      (select coalesce(jsonb_object_agg(k, s.local -> k), '{}') from jsonb_object_keys(s.taken) as k where s.local ? k), s.taken
    from settled as s
    where v_keeps_changes and not s.is_new and s.taken <> '{}'
  )
  select coalesce(to_jsonb(array_agg(r order by s.index)), '[]') into v_results
  from settled as s
  -- planned by now: triggers, the keys of segments among them, would plan anew for each lead
  cross join (select set_config('plan_cache_mode', 'auto', true) offset 0) as g
  cross join lateral (
    select s.index, (s.row).id as lead_id, s.twenty_id, case when s.is_new then 'created' when s.taken <> '{}' then 'updated' else 'unchanged' end as result, false as linked, null as reason, s.fields
  ) as r;
  perform set_config('lead_sync.prepared', 'off', true);
  return v_results;
end
$$;
