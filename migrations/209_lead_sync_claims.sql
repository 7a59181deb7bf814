-- The push, first step: claim due leads.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- What history calls a push: by what started its run.
create or replace function lead_sync.push_type(p_run public.lead_sync_runs) returns text
language sql stable set search_path = '' as $$
  select case when p_run.trigger = 'webhook' then 'webhook_update' when p_run.trigger = 'manual' or p_run.id is null then 'manual' else 'scheduled_push' end
$$;

-- Claims leads that the caller has locked. p_items: [{lead_id}]; p_context: {claim_token, lease}. Returns [{lead_id, twenty_id, email}].
create or replace function lead_sync.claim_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_token uuid := p_context ->> 'claim_token';
  v_lease interval := p_context ->> 'lease';
  v_leads jsonb;
begin
  with claim as (
    update lead_sync.lead_states as s set
      claim_token = v_token, lease = v_lease, due_at = clock_timestamp() + v_lease, due_since = coalesce(s.due_since, clock_timestamp()), refusal = null
    from jsonb_array_elements(p_items) as i
    where s.lead_id = (i ->> 'lead_id')::uuid
    returning s.lead_id, s.base_local, s.gone
  ),
  mark as (
    update public.leads as l set sync_status = 'syncing'
    from claim as c
    where l.id = c.lead_id
    returning l.id, l.twenty_id, l.email, c.base_local, c.gone
  )
  select jsonb_agg(
    jsonb_build_object(
      'lead_id', m.id,
      'twenty_id', coalesce(m.twenty_id, m.id),
      'email', case
        when m.twenty_id is null or m.gone or lead_sync.clean(m.email) is distinct from m.base_local ->> 'email' then lead_sync.email_key(m.email)
      end
    )
    order by m.id
  )
  into v_leads
  from mark as m;
  if jsonb_array_length(v_leads) is distinct from jsonb_array_length(p_items) then
    raise exception 'a trigger passes over the write';
  end if;
  return v_leads;
end
$$;

-- Locks the leads to be claimed next, the longest waiting first, up to a number and to so many bytes, but one at least. Leads over which a push has died come when no
-- other is due, in ever smaller groups, at last one by one. p_stalls: only leads with so many stalls. Returns [{lead_id, stalls}], or null for none.
create or replace function lead_sync.next_due(p_limit integer, p_max_bytes integer, p_stalls integer default null) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_stalls integer := coalesce(p_stalls, 0);
  v_due jsonb;
begin
  loop
    with due as materialized (
      select s.lead_id, s.due_at, pg_column_size(l) as bytes
      from lead_sync.lead_states as s
      join public.leads as l on l.id = s.lead_id
      where s.due_at <= clock_timestamp() and s.stalls = v_stalls
      order by s.due_at, s.lead_id
      limit greatest(p_limit >> least(3 * v_stalls, 30), 1) -- 600, 75, 9, 1
      -- both rows: a lead that another claim has just taken is checked again in its newest version only where it is locked
      for no key update of l, s skip locked
    )
    select jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'stalls', v_stalls)) filter (where d.total <= p_max_bytes or d.total = d.bytes)
    into v_due
    from (select s.*, sum(s.bytes) over (order by s.due_at, s.lead_id) as total from due as s) as d;
    exit when v_due is not null or v_stalls > 0 or p_stalls is not null;

    select s.stalls into v_stalls from lead_sync.lead_states as s
    where s.due_at <= clock_timestamp() and s.stalls > 0
    order by s.due_at, s.lead_id
    limit 1;
    exit when not found;
  end loop;
  return v_due;
end
$$;

-- Notes the leads over which a call of the push has died since the last claim; one that was alone is given back with the reason. True when that call was a claim: then the
-- caller must end without claiming, or what is noted here would go when it dies in its turn.
create or replace function lead_sync.judge_dead_work(p_limit integer, p_max_bytes integer, p_context jsonb) returns boolean
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_mark bigint := (select w.last_value from lead_sync.push_at_work as w);
  v_was_claim boolean;
  v_leads jsonb;
begin
  if v_mark = 0 or not pg_try_advisory_xact_lock(hashtext('lead_sync.push_at_work')) then
    return false;
  end if;
  v_was_claim := v_mark < 32;
  if v_was_claim then
    v_leads := lead_sync.next_due(p_limit, p_max_bytes, v_mark::integer - 1);
  else
    select jsonb_agg(jsonb_build_object('lead_id', h.id)) into v_leads
    from (
      select l.id
      from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
      where s.claim_token is not null and lead_sync.work_mark(s.claim_token) = v_mark
      order by l.id
      for no key update of l
    ) as h;
  end if;

  update lead_sync.lead_states as s set stalls = least(s.stalls + 1, 30)
  from jsonb_array_elements(v_leads) as i
  where s.lead_id = (i ->> 'lead_id')::uuid;
  if jsonb_array_length(v_leads) = 1 then
    perform lead_sync.refuse_lead(
      (v_leads #>> '{0,lead_id}')::uuid, null, 'statement_timeout',
      'the database does not get done with this lead, not even alone: shorten it, or see what takes the triggers on public.leads so long, then replay it',
      p_context || jsonb_build_object('state_only', v_was_claim)
    );
  end if;
  perform setval('lead_sync.push_at_work', 0);
  return v_was_claim and v_leads is not null;
end
$$;

-- Claims due leads, the longest waiting first, with a lease and a token. Expired claims are taken again; leads another session holds are passed over.
--   p_limit          1 to 1,000 leads; fewer where these have more bytes than max_claim_bytes of the settings
--   p_lease_seconds  default: the lease of the settings
-- Returns {claim_token, claimed, lease_seconds, read_started_at, remaining, leads: [{lead_id, twenty_id, email}]}: the people to read before writing, by id and by e-mail.
-- twenty_id of a lead that is not linked yet is the lead's own id, the one its create would use. Raises PT409 when p_run lost its lease.
create or replace function public.get_leads_for_sync(p_limit integer default 200, p_run jsonb default null, p_lease_seconds integer default null)
returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_token uuid := gen_random_uuid();
  v_run public.lead_sync_runs;
  v_settings lead_sync.settings;
  v_lease interval;
  v_context jsonb;
  v_due jsonb;
  v_mark bigint;
  v_leads jsonb := '[]';
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  v_run := lead_sync.hold_run(p_run);
  select * into strict v_settings from lead_sync.settings;
  v_lease := coalesce(make_interval(secs => p_lease_seconds), v_settings.lease);
  perform set_config('lead_sync.engine', 'on', true);

  v_context := jsonb_build_object(
    'claim_token', v_token, 'lease', v_lease, 'run_id', v_run.id, 'sync_type', lead_sync.push_type(v_run)
  );
  if not lead_sync.judge_dead_work(p_limit, v_settings.max_claim_bytes, v_context) then
    v_due := lead_sync.next_due(p_limit, v_settings.max_claim_bytes);
    v_mark := 1 + coalesce((v_due #>> '{0,stalls}')::integer, 0);
    perform lead_sync.begin_work(v_mark);
    v_leads := lead_sync.write_or_split('claim', v_due, v_context);
    perform lead_sync.end_work(v_mark);
  end if;

  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'claim_token', v_token,
    'claimed', jsonb_array_length(v_leads),
    'lease_seconds', extract(epoch from v_lease)::integer,
    'read_started_at', clock_timestamp(),
    'remaining', lead_sync.count_due(),
    'leads', v_leads
  );
end
$$;

-- How many leads are due now; stops counting at 100,000.
create or replace function lead_sync.count_due() returns integer
language sql volatile set search_path = '' as $$
  select count(*)::integer
  from (select from lead_sync.lead_states as s where s.due_at <= clock_timestamp() limit 100000) as due
$$;

-- Queues leads for a fresh compare with Twenty; equal ones return to 'synced' without a write. Dead letters and held leads are queued too: this replays them.
--   p_direction  any: a compare looks both ways
--   p_limit      1 to 100,000 leads, the longest unsynced first
-- Returns {marked, remaining}: how many were queued, and how many settled leads are left.
create or replace function public.mark_leads_for_sync(p_direction text default 'bidirectional', p_limit integer default 1000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_marked jsonb;
begin
  if p_direction is null or p_direction not in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional') then
    raise exception 'p_direction must be twenty_to_supabase, supabase_to_twenty or bidirectional, got %', p_direction using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 100000 then
    raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
  end if;
  perform set_config('lead_sync.engine', 'on', true);

  with chosen as materialized (
    select l.id
    from public.leads as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where l.sync_status in ('synced', 'error') and (s.due_at is null or s.due_at > clock_timestamp()) and s.claim_token is null
    order by l.last_synced_at nulls first, l.id
    limit p_limit
    for no key update of l skip locked
  ),
  queue as (
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
    select c.id, clock_timestamp(), clock_timestamp() from chosen as c
    on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since), retries = 0, held_by = null
  )
  select jsonb_agg(jsonb_build_object('lead_id', c.id, 'sync_status', 'pending', 'count', 0, 'sync_direction', p_direction)) into v_marked from chosen as c;
  perform lead_sync.write_or_split('mark', v_marked);

  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'marked', coalesce(jsonb_array_length(v_marked), 0),
    'remaining', (select count(*) from public.leads as l where l.sync_status in ('synced', 'error'))
  );
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.get_leads_for_sync(integer, jsonb, integer) from public, anon, authenticated;
grant execute on function public.get_leads_for_sync(integer, jsonb, integer) to service_role;
revoke all on function public.mark_leads_for_sync(text, integer) from public, anon, authenticated;
grant execute on function public.mark_leads_for_sync(text, integer) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
