-- What an operator does by hand: dead letters and held leads are listed and replayed, conflicts are listed and resolved.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Leads that no try is planned for; one whose row this database does not let be written may have any status. p_kind: dead (refused too often) | held (tombstone, duplicate_of: their e-mail is somebody else's in Twenty).
create or replace function lead_sync.stuck_leads(p_kind text)
returns table (lead_id uuid, reason text, category text, attempts integer, since timestamptz, due_since timestamptz, held_by uuid)
language sql stable set search_path = '' as $$
  select l.id, l.sync_error_message, s.error_category, l.sync_error_count, coalesce(s.error_at, s.due_since), s.due_since, s.held_by
  from public.leads as l
  join lead_sync.lead_states as s on s.lead_id = l.id
  where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and (p_kind = 'held') = (s.held_by is not null)
  union all
  select s.lead_id, s.refusal, s.error_category, s.retries, s.error_at, s.due_since, null
  from lead_sync.lead_states as s
  where s.refusal is not null and s.due_at is null and s.claim_token is null and p_kind = 'dead';
$$;

-- Lists the leads that wait for a human, by lead id.
--   p_kind      dead (refused too often) | held (tombstone, duplicate_of: released by themselves when the e-mail becomes free)
--   p_limit     1 to 1,000
--   p_position  the position of the page before; null for the first page
-- Returns {leads: [{lead_id, twenty_id, first_name, last_name, email, kind, reason, category, attempts, since, due_since, held_by}], total, has_next, position}.
create or replace function public.get_dead_letters(p_kind text default 'dead', p_limit integer default 100, p_position uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads jsonb;
  v_has_next boolean;
begin
  if p_kind is null or p_kind not in ('dead', 'held') then
    raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;

  with page as materialized (
    select * from lead_sync.stuck_leads(p_kind) as s
    where p_position is null or s.lead_id > p_position
    order by s.lead_id
    limit p_limit + 1
  ),
  shown as materialized (
    select * from page as p order by p.lead_id limit p_limit
  )
  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'lead_id', l.id, 'twenty_id', l.twenty_id, 'first_name', l.first_name, 'last_name', l.last_name, 'email', l.email, 'kind', p_kind,
        'reason', s.reason, 'category', s.category, 'attempts', s.attempts, 'since', s.since, 'due_since', s.due_since, 'held_by', s.held_by
      )
      order by l.id
    ), '[]'),
    (select count(*) from page) > p_limit
  into v_leads, v_has_next
  from shown as s
  join public.leads as l on l.id = s.lead_id;

  return jsonb_build_object(
    'leads', v_leads,
    'total', (select count(*) from lead_sync.stuck_leads(p_kind)),
    'has_next', v_has_next,
    'position', v_leads -> -1 -> 'lead_id'
  );
end
$$;

-- Queues leads that were refused or held for a fresh try, their attempts reset: the chosen ones (a lead that waits for its next try included), or all of a kind.
--   p_lead_ids  up to 10,000 leads; null for all
--   p_kind      dead | held; only without p_lead_ids
--   p_limit     1 to 100,000, the longest waiting first; only without p_lead_ids
-- Returns {replayed, remaining, results: [{lead_id, replayed, reason}]}: how many were queued, how many of the kind are left, and of each chosen lead what became of it.
create or replace function public.replay_dead_letters(p_lead_ids uuid[] default null, p_kind text default 'dead', p_limit integer default 10000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_replayed uuid[];
  v_marks jsonb;
  v_results jsonb;
begin
  if p_kind is null or p_kind not in ('dead', 'held') then
    raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 100000 then
    raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
  elsif cardinality(p_lead_ids) > 10000 then
    raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  perform set_config('lead_sync.engine', 'on', true);

  with wanted as materialized (
    select w.lead_id from unnest(p_lead_ids) as w (lead_id)
    union
    select a.lead_id from (
      select s.lead_id from lead_sync.stuck_leads(p_kind) as s where p_lead_ids is null order by s.since, s.lead_id limit p_limit
    ) as a
  ),
  locked as materialized (
    select l.id from public.leads as l
    join lead_sync.lead_states as s on s.lead_id = l.id
    where l.id in (select w.lead_id from wanted as w) and (l.sync_status = 'error' or s.refusal is not null)
    order by l.id
    for no key update of l
  ),
  queued as (
    update lead_sync.lead_states as s set due_at = clock_timestamp(), retries = 0, held_by = null
    from locked as k
    where s.lead_id = k.id and s.claim_token is null
    returning s.lead_id
  )
  select coalesce(array_agg(q.lead_id), '{}'), jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending', 'count', 0))
  into v_replayed, v_marks
  from queued as q;
  perform lead_sync.write_or_split('mark', v_marks);

  select coalesce(jsonb_agg(
    jsonb_build_object(
      'lead_id', w.lead_id,
      'replayed', w.lead_id = any (v_replayed),
      'reason', case
        when w.lead_id = any (v_replayed) then null
        when l.id is null then 'There is no such lead'
        when l.sync_status = 'synced' then 'Nothing to replay: the lead is synced'
        when l.sync_status = 'syncing' then 'The lead is being synced just now'
        else 'The lead is due already'
      end
    )
    order by w.ordinality
  ), '[]')
  into v_results
  from unnest(p_lead_ids) with ordinality as w (lead_id, ordinality)
  left join public.leads as l on l.id = w.lead_id;

  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'replayed', cardinality(v_replayed), 'remaining', (select count(*) from lead_sync.stuck_leads(p_kind)), 'results', v_results
  );
end
$$;

-- Lists conflicts, the newest first: who won, both values, why, and the lead's value now.
--   p_status    open | resolved | all
--   p_lead_id   only those of this lead
--   p_limit     1 to 1,000
--   p_position  the position of the page before; null for the first page
-- Returns {conflicts: [{id, lead_id, twenty_id, email, field, winner, supabase_value, twenty_value, current_value, reason, created_at, resolved_at, resolution}],
--   total, has_next, position}.
create or replace function public.get_conflicts(
  p_status text default 'open', p_lead_id uuid default null, p_limit integer default 100, p_position bigint default null
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_conflicts jsonb;
  v_has_next boolean;
begin
  if p_status is null or p_status not in ('open', 'resolved', 'all') then
    raise exception 'p_status must be open, resolved or all, got %', p_status using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;

  with page as materialized (
    select c.* from public.lead_sync_conflicts as c
    where (p_position is null or c.id < p_position)
      and (p_lead_id is null or c.lead_id = p_lead_id)
      and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
    order by c.id desc
    limit p_limit + 1
  ),
  shown as materialized (
    select * from page as p order by p.id desc limit p_limit
  )
  select
    coalesce(jsonb_agg(
      (to_jsonb(s) - 'run_id') || jsonb_build_object(
        'twenty_id', l.twenty_id, 'email', l.email, 'current_value', lead_sync.lead_values(l) -> s.field
      )
      order by s.id desc
    ), '[]'),
    (select count(*) from page) > p_limit
  into v_conflicts, v_has_next
  from shown as s
  join public.leads as l on l.id = s.lead_id;

  return jsonb_build_object(
    'conflicts', v_conflicts,
    'total', (
      select count(*) from public.lead_sync_conflicts as c
      where (p_lead_id is null or c.lead_id = p_lead_id) and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
    ),
    'has_next', v_has_next,
    'position', v_conflicts -> -1 -> 'id'
  );
end
$$;

-- A lead with one of its sync fields set; a null value blanks it. Raises 22023 for a segment that does not exist.
create or replace function lead_sync.with_value(p_lead public.leads, p_field text, p_value jsonb) returns public.leads
language plpgsql stable set search_path = '' as $$
declare
  v_value jsonb := coalesce(p_value, 'null');
  v_segment_id uuid;
begin
  if p_field = 'segment' and v_value <> 'null' then
    select s.id into v_segment_id from public.customer_segments as s where s.segment_name = v_value #>> '{}';
    if not found then
      raise exception 'There is no segment "%" here', v_value #>> '{}' using errcode = '22023', hint = 'Create it in customer_segments first.';
    end if;
  end if;
  return jsonb_populate_record(p_lead, case
    when p_field = 'segment' then jsonb_build_object('segment_id', v_segment_id)
    when p_field = 'deleted' then jsonb_build_object('deleted_at', case when v_value = 'true' then clock_timestamp() end)
    when p_field like 'attributes.%' then
      jsonb_build_object('attributes', lead_sync.apply_attributes(p_lead.attributes, jsonb_build_object(p_field, v_value)))
    when p_field in ('additional_emails', 'additional_phones') then jsonb_build_object(p_field, to_jsonb(lead_sync.text_array(v_value)))
    else jsonb_build_object(p_field, v_value)
  end);
end
$$;

-- Writes values into a lead's row; a null value blanks its field. p_values: {field: value}. Returns the row as it is then.
create or replace function lead_sync.set_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql volatile set search_path = '' as $$
declare
  v_lead public.leads := p_lead;
  v_field text;
begin
  for v_field in select jsonb_object_keys(p_values) loop
    v_lead := lead_sync.with_value(v_lead, v_field, p_values -> v_field);
  end loop;
  update public.leads as l set
    first_name = v_lead.first_name, last_name = v_lead.last_name, email = v_lead.email, additional_emails = v_lead.additional_emails, phone = v_lead.phone,
    additional_phones = v_lead.additional_phones, job_title = v_lead.job_title,
    company_name = v_lead.company_name, company_domain = v_lead.company_domain, company_size = v_lead.company_size, city = v_lead.city,
    region = v_lead.region, country = v_lead.country, postal_code = v_lead.postal_code, linkedin_url = v_lead.linkedin_url,
    lead_source = v_lead.lead_source, lead_status = v_lead.lead_status, lead_score = v_lead.lead_score, segment_id = v_lead.segment_id,
    attributes = v_lead.attributes, deleted_at = v_lead.deleted_at
  where l.id = v_lead.id
  returning l.* into v_lead;
  return v_lead;
end
$$;

-- Why a conflict cannot be resolved any more, or null: the field must still be what the conflict made of it, here and in Twenty.
create or replace function lead_sync.conflict_problem(p_conflict public.lead_sync_conflicts, p_kind text, p_local jsonb, p_base_remote jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when lead_sync.comparable(p_kind, p_local) <> v.won then
      'it is ' || coalesce(p_local::text, 'blank') || ' here by now'
    when lead_sync.comparable(p_kind, p_base_remote) not in (v.won, lead_sync.comparable(p_kind, p_conflict.twenty_value)) then
      'it is ' || coalesce(p_base_remote::text, 'blank') || ' in Twenty by now'
  end
  from (
    select lead_sync.comparable(p_kind, case p_conflict.winner when 'twenty' then p_conflict.twenty_value else p_conflict.supabase_value end) as won
  ) as v
$$;

-- Resolves a conflict by hand. The chosen value becomes the lead's, as if somebody had typed it in, so that it travels; resolving again to the same is harmless.
-- Of a company, the conflicts of its name and its domain are resolved together.
--   p_take  twenty | supabase: whose value the field gets, whoever won; neither: leaves the field as it is and closes the conflict
-- Returns {resolved: true, conflict, sync_status}. Raises PT409 when the field changed since or the conflict is closed, 22023 on a malformed call.
create or replace function public.resolve_conflict(p_conflict_id bigint, p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_conflict public.lead_sync_conflicts;
  v_lead public.leads;
  v_rule jsonb;
  v_problem text;
begin
  if p_take is null or p_take not in ('twenty', 'supabase', 'neither') then
    raise exception 'p_take must be twenty, supabase or neither, got %', p_take using errcode = '22023';
  end if;
  select l.* into v_lead
  from public.lead_sync_conflicts as c join public.leads as l on l.id = c.lead_id
  where c.id = p_conflict_id
  for no key update of l;
  if not found then
    raise exception 'There is no conflict %', p_conflict_id using errcode = '22023', hint = 'List the open ones with get_conflicts.';
  end if;
  select * into strict v_conflict from public.lead_sync_conflicts as c where c.id = p_conflict_id for update;

  if v_conflict.resolution is distinct from p_take then
    if v_conflict.resolution = 'superseded' then
      raise exception 'Conflict % of the field % was superseded by a later one', p_conflict_id, v_conflict.field
        using errcode = 'PT409', hint = 'Resolve the latest conflict of this field.';
    elsif v_conflict.resolved_at is not null then
      raise exception 'Conflict % was resolved at % (%)', p_conflict_id, v_conflict.resolved_at, v_conflict.resolution
        using errcode = 'PT409', hint = 'Edit the lead if its value should be another one.';
    end if;

    if p_take <> 'neither' then
      select r into v_rule
      from jsonb_array_elements(lead_sync.rules(coalesce(
        (select n.object from public.lead_sync_runs as n where n.id = v_conflict.run_id), (select s.object from lead_sync.settings as s)
      ))) as r
      where r ->> 'field' = v_conflict.field;
      if v_rule is null or v_rule ->> 'direction' = 'none' then
        raise exception 'The field % is not synced any more', v_conflict.field
          using errcode = 'PT409', hint = 'Put it back into lead_sync.field_mappings, or close the conflict: take neither.';
      elsif p_take = 'supabase' and v_rule ->> 'direction' = 'to_supabase' then
        raise exception 'The field % only flows from Twenty to Supabase: a value of Supabase would be set back', v_conflict.field
          using errcode = 'PT409', hint = 'Edit the person in Twenty, or change the direction of the field in lead_sync.field_mappings.';
      end if;
      select lead_sync.conflict_problem(v_conflict, v_rule ->> 'kind', lead_sync.lead_values(v_lead) -> v_conflict.field, s.base_remote -> v_conflict.field)
      into v_problem
      from lead_sync.lead_states as s
      where s.lead_id = v_lead.id;
      if v_problem is not null then
        raise exception 'The field % has changed since conflict %: %', v_conflict.field, p_conflict_id, v_problem
          using errcode = 'PT409', hint = 'Edit the lead if its value should be another one, and close the conflict: take neither.';
      end if;
      if p_take <> v_conflict.winner then
        v_lead := lead_sync.set_values(v_lead, jsonb_build_object(
          v_conflict.field, case p_take when 'twenty' then v_conflict.twenty_value else v_conflict.supabase_value end
        ));
      end if;
    end if;
    update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = p_take
    where c.id = p_conflict_id
    returning * into v_conflict;
    -- a company goes as a whole
    perform public.resolve_conflict(c.id, p_take)
    from public.lead_sync_conflicts as c
    where c.lead_id = v_conflict.lead_id and c.resolved_at is null
      and c.field = case v_conflict.field when 'company_name' then 'company_domain' when 'company_domain' then 'company_name' end;
    select l.* into strict v_lead from public.leads as l where l.id = v_conflict.lead_id;
  end if;

  return jsonb_build_object(
    'resolved', true,
    'conflict', (to_jsonb(v_conflict) - 'run_id')
      || jsonb_build_object('twenty_id', v_lead.twenty_id, 'email', v_lead.email, 'current_value', lead_sync.lead_values(v_lead) -> v_conflict.field),
    'sync_status', v_lead.sync_status
  );
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.get_dead_letters(text, integer, uuid) from public, anon, authenticated;
grant execute on function public.get_dead_letters(text, integer, uuid) to service_role;
revoke all on function public.replay_dead_letters(uuid[], text, integer) from public, anon, authenticated;
grant execute on function public.replay_dead_letters(uuid[], text, integer) to service_role;
revoke all on function public.get_conflicts(text, uuid, integer, bigint) from public, anon, authenticated;
grant execute on function public.get_conflicts(text, uuid, integer, bigint) to service_role;
revoke all on function public.resolve_conflict(bigint, text) from public, anon, authenticated;
grant execute on function public.resolve_conflict(bigint, text) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
