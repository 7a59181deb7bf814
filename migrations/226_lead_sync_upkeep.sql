-- Upkeep: archiving, releasing, cleaning up, and the integrity check with its safe repairs.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Moves history that was settled before p_before to the archive, oldest first, 5,000 rows at a time, until the clock says p_until. Returns how many rows moved.
-- Writers only add rows and so never wait for it.
create or replace function lead_sync.archive_history(p_before timestamptz, p_until timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_from timestamptz := '-infinity';
  v_through timestamptz;
  v_moved integer;
  v_total integer := 0;
begin
  loop
    with old as materialized (
      select h.id from public.lead_sync_history as h
      where h.synced_at >= v_from and h.synced_at < p_before
      order by h.synced_at
      limit 5000
      for update skip locked
    ),
    gone as (
      delete from public.lead_sync_history as h using old as o where h.id = o.id returning h.*
    ),
    kept as (
      insert into lead_sync.history_archive select g.* from gone as g returning synced_at
    )
    select count(*), max(k.synced_at) into v_moved, v_through from kept as k;
    v_total := v_total + v_moved;
    exit when v_moved = 0 or clock_timestamp() > p_until;
    -- on from there: looking from the start again would step over everything that was just deleted
    v_from := v_through;
  end loop;
  return v_total;
end
$$;

-- Gives leads back whose claim ended over ten minutes ago and that no push took over. What was about to be sent stays recorded. Returns how many.
create or replace function lead_sync.release_stale_claims(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_released jsonb;
begin
  perform set_config('lead_sync.engine', 'on', true);
  with stale as materialized (
    select l.id
    from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
    where s.claim_token is not null and s.due_at < p_now - interval '10 minutes'
    order by l.id
    limit 10000
    for no key update of l, s skip locked
  ),
  free as (
    update lead_sync.lead_states as s set claim_token = null, lease = null from stale as t where s.lead_id = t.id
  )
  select jsonb_agg(jsonb_build_object('lead_id', t.id, 'sync_status', 'pending')) into v_released from stale as t;
  perform lead_sync.write_or_split('mark', v_released);
  perform set_config('lead_sync.engine', 'off', true);
  return coalesce(jsonb_array_length(v_released), 0);
end
$$;

-- The weekly clean-up. Errors older than a week whose lead is synced again go to the archive; of each direction the newest run and the newest success stay.
-- Returns {resolved_errors, runs, conflicts, notifications}.
create or replace function lead_sync.clean_up(p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_before timestamptz := p_now - make_interval(days => (select s.runs_days from lead_sync.settings as s));
  v_errors integer;
  v_runs integer;
  v_conflicts integer;
  v_notifications integer;
begin
  with resolved as materialized (
    select h.id
    from public.lead_sync_history as h
    left join public.leads as l on l.id = h.lead_id
    where h.sync_status = 'error' and h.synced_at < p_now - interval '7 days' and coalesce(l.sync_status, 'synced') = 'synced'
    order by h.synced_at
    limit 20000
    for update of h skip locked
  ),
  gone as (
    delete from public.lead_sync_history as h using resolved as r where h.id = r.id returning h.*
  )
  insert into lead_sync.history_archive select g.* from gone as g;
  get diagnostics v_errors = row_count;

  delete from public.lead_sync_runs as r
  where r.started_at < v_before and r.status <> 'running'
    and r.id not in (
      select distinct on (n.direction) n.id from public.lead_sync_runs as n where n.mode <> 'inbox' order by n.direction, n.started_at desc
    )
    and r.id not in (
      select distinct on (n.direction) n.id from public.lead_sync_runs as n
      where n.status = 'succeeded' and n.mode <> 'inbox'
      order by n.direction, n.started_at desc
    );
  get diagnostics v_runs = row_count;

  delete from public.lead_sync_conflicts as c where c.resolved_at < v_before;
  get diagnostics v_conflicts = row_count;

  delete from lead_sync.alert_notifications as n where n.sent_at < p_now - interval '30 days';
  get diagnostics v_notifications = row_count;
  delete from lead_sync.inbox_hours as i where i.hour < v_before;
  return jsonb_build_object('resolved_errors', v_errors, 'runs', v_runs, 'conflicts', v_conflicts, 'notifications', v_notifications);
end
$$;

-- Notes what a task of the upkeep did last.
create or replace function lead_sync.note_task(p_task text, p_at timestamptz, p_result jsonb) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.maintenance_tasks (task, last_at, result) values (p_task, p_at, p_result)
  on conflict (task) do update set last_at = excluded.last_at, result = excluded.result;
$$;

-- What run_sync_maintenance does: what is short first, then the archive; when that is done and time is left, the daily summary, the purge and the clean-up.
create or replace function lead_sync.maintain(p_time interval, p_now timestamptz, p_cleanup boolean) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_started timestamptz := clock_timestamp();
  v_until timestamptz := v_started + p_time;
  v_today timestamptz := date_trunc('day', p_now, 'utc');
  v_settings lead_sync.settings;
  v_before timestamptz;
  v_released integer;
  v_archived integer := 0;
  v_summary jsonb;
  v_purged integer := 0;
  v_cleanup jsonb;
  v_has_more boolean;
begin
  if not pg_try_advisory_xact_lock(hashtext('lead_sync.maintain')) then
    raise exception 'Maintenance is running already' using errcode = 'PT409', hint = 'Call again in a minute.';
  end if;
  select * into strict v_settings from lead_sync.settings;
  v_before := v_today - make_interval(days => v_settings.history_days);
  perform lead_sync.fold_rollups(p_now);
  v_released := lead_sync.release_stale_claims(p_now);
  v_archived := lead_sync.archive_history(v_before, v_until);
  perform lead_sync.note_task('archive', p_now, jsonb_build_object('archived', v_archived));

  v_has_more := clock_timestamp() > v_until;
  if not v_has_more then
    v_summary := lead_sync.sum_up_days(v_until - clock_timestamp());
    v_has_more := v_summary -> 'days_left' <> '0';
  end if;
  if not v_has_more then
    perform public.refresh_daily_summary();
    perform lead_sync.note_task('daily_summary', p_now, v_summary);
    delete from lead_sync.activity as a
    where a.minute < v_today - make_interval(days => least(v_settings.history_days + 10, v_settings.archive_days));
    delete from lead_sync.history_archive as a
    where a.ctid = any (array(
      select o.ctid from lead_sync.history_archive as o
      where o.synced_at < v_today - make_interval(days => v_settings.archive_days)
      order by o.synced_at
      limit 20000
    ));
    get diagnostics v_purged = row_count;
    if coalesce(
      p_cleanup, not exists (select from lead_sync.maintenance_tasks as t where t.task = 'cleanup' and t.last_at > p_now - interval '7 days')
    ) then
      v_cleanup := lead_sync.clean_up(p_now);
      perform lead_sync.note_task('cleanup', p_now, v_cleanup);
    end if;
    v_has_more := v_purged = 20000 or coalesce((v_cleanup ->> 'resolved_errors')::integer = 20000, false);
  end if;

  return jsonb_build_object(
    'has_more', v_has_more,
    'archived', v_archived,
    'summary', v_summary,
    'released_claims', v_released,
    'purged', v_purged,
    'cleanup', v_cleanup,
    'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 2)
  );
end
$$;

-- Leads whose status contradicts the queue, and leads without a sync state; up to 10,000.
create or replace function lead_sync.impossible_leads() returns table (lead_id uuid, stateless boolean)
language sql stable set search_path = '' as $$
  select l.id, s.lead_id is null
  from public.leads as l
  left join lead_sync.lead_states as s on s.lead_id = l.id
  where l.sync_status in ('pending', 'syncing')
    and (s.lead_id is null or s.due_at is null or (l.sync_status = 'syncing' and s.claim_token is null)) and s.refusal is null
  union
  select l.id, false
  from lead_sync.lead_states as s
  join public.leads as l on l.id = s.lead_id
  where s.due_at is not null and l.sync_status = 'synced' and s.refusal is null
  union
  select l.id, true
  from public.leads as l
  where l.sync_status in ('synced', 'error') and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id)
  limit 10000;
$$;

-- Queues leads for a fresh compare with Twenty, which finds out what is right; equal ones return to synced without a write. Returns how many.
create or replace function lead_sync.queue_leads(p_lead_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_queued jsonb;
begin
  perform set_config('lead_sync.engine', 'on', true);
  with chosen as materialized (
    select l.id from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update of l skip locked
  ),
  queued as (
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
    select c.id, clock_timestamp(), clock_timestamp() from chosen as c
    on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
      where s.claim_token is null or s.due_at is null
    returning s.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) into v_queued from queued as q;
  perform lead_sync.write_or_split('mark', v_queued);
  perform set_config('lead_sync.engine', 'off', true);
  return coalesce(jsonb_array_length(v_queued), 0);
end
$$;

-- One line of the integrity report.
create or replace function lead_sync.check_line(p_check text, p_found bigint, p_limit bigint, p_fixed bigint, p_message text, p_examples uuid[] default '{}')
returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'check', p_check, 'ok', p_found <= p_limit, 'found', p_found, 'limit', p_limit, 'fixed', p_fixed, 'message', p_message,
    'examples', coalesce(to_jsonb(p_examples), '[]')
  )
$$;

-- Looks for what must not be. Repairs, where asked to, only what cannot lose anything: counts are worked out anew, stale claims released, leads in an impossible
-- state queued for a fresh compare.
--   p_fix            whether to repair
--   p_twenty_people  live people in Twenty; default: as many as the last reconciliation saw, if it got through
--   p_now            for tests
-- Returns {ok, at, fixed, checks: [{check, ok, found, limit, fixed, message, examples}]}.
-- Checks: counts (the rollup against the table, within 50), twenty_count (linked leads against people, within 50, where deletion travels both ways),
-- backlog (at most 100 leads due for over an hour),
-- stale_claims, stateless, impossible, duplicates (live leads that share an e-mail), orphaned (as the last reconciliation found).
create or replace function public.check_sync_integrity(
  p_fix boolean default false, p_twenty_people integer default null, p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_drift jsonb := coalesce(lead_sync.measure_drift(p_now), '{}');
  v_people bigint := coalesce(p_twenty_people, case v_drift ->> 'status' when 'succeeded' then (v_drift ->> 'compared_live')::bigint end);
  v_off bigint;
  v_linked bigint;
  v_ids uuid[];
  v_stateless uuid[];
  v_duplicates uuid[];
  v_found bigint;
  v_fixed integer;
  v_checks jsonb := '[]';
  v_report jsonb;
begin
  with counted as materialized (
    select l.sync_status, count(*) as leads, count(*) filter (where l.twenty_id is not null and l.deleted_at is null) as linked
    from public.leads as l
    group by l.sync_status
  )
  select
    coalesce((
      select max(abs(coalesce(c.leads, 0) - coalesce(k.leads, 0)))
      from counted as c
      full join (
        select n.key, sum(n.leads) as leads from lead_sync.lead_counts as n where n.facet = 'status' group by n.key
      ) as k on k.key = c.sync_status
    ), 0),
    coalesce((select sum(c.linked) from counted as c), 0)
  into v_off, v_linked;
  if p_fix and v_off > 0 then
    perform lead_sync.recount_leads();
  end if;
  v_checks := v_checks || lead_sync.check_line(
    'counts', v_off, 50, case when p_fix then v_off else 0 end, format('The counts of leads by status are off by %s.', v_off)
  );
  -- where deletion stays on one side, the counts differ by design
  if v_people is not null and exists (
    select from lead_sync.settings as s join lead_sync.field_mappings as m on m.object = s.object
    where m.lead_field = 'deleted' and m.enabled and m.direction = 'both'
  ) then
    v_checks := v_checks || lead_sync.check_line(
      'twenty_count', abs(v_linked - v_people), 50, 0, format('%s leads are linked to Twenty, which has %s people.', v_linked, v_people)
    );
  end if;

  select count(*) into v_found
  from (select from lead_sync.lead_states as s where s.due_at is not null and s.due_since < p_now - interval '1 hour' limit 10000) as w;
  v_checks := v_checks || lead_sync.check_line('backlog', v_found, 100, 0, format('%s due for over an hour.', lead_sync.count_leads(v_found, 'has been', 'have been')));

  select count(*), array_agg(s.lead_id) into v_found, v_ids
  from (
    select c.lead_id from lead_sync.lead_states as c where c.claim_token is not null and c.due_at < p_now - interval '10 minutes' limit 10000
  ) as s;
  v_fixed := case when p_fix and v_found > 0 then lead_sync.release_stale_claims(p_now) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stale_claims', v_found, 0, v_fixed, format('%s held by a push that is gone.', lead_sync.count_leads(v_found, 'is', 'are')), v_ids[:5]
  );

  select coalesce(array_agg(i.lead_id) filter (where not i.stateless), '{}'), coalesce(array_agg(i.lead_id) filter (where i.stateless), '{}')
  into v_ids, v_stateless
  from lead_sync.impossible_leads() as i;
  v_fixed := case when p_fix and v_stateless <> '{}' then lead_sync.queue_leads(v_stateless) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stateless', cardinality(v_stateless), 0, v_fixed, format('%s no sync state.', lead_sync.count_leads(cardinality(v_stateless), 'has', 'have')),
    v_stateless[:5]
  );
  v_fixed := case when p_fix and v_ids <> '{}' then lead_sync.queue_leads(v_ids) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'impossible', cardinality(v_ids), 0, v_fixed, format('%s a status that contradicts the queue.', lead_sync.count_leads(cardinality(v_ids), 'has', 'have')),
    v_ids[:5]
  );

  select count(*), array_agg(d.id) into v_found, v_duplicates
  from (
    select (array_agg(l.id order by l.created_at, l.id))[1] as id
    from public.leads as l
    where l.deleted_at is null and lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) <> ''
    group by lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc))
    having count(*) > 1
  ) as d;
  v_checks := v_checks || lead_sync.check_line(
    'duplicates', v_found, 0, 0, format('%s e-mail addresses belong to more than one lead: merge them by hand.', v_found), v_duplicates[:5]
  );
  v_found := coalesce((v_drift ->> 'orphaned')::bigint, 0);
  v_checks := v_checks || lead_sync.check_line(
    'orphaned', v_found, 0, 0, format('%s linked to a person that the last reconciliation did not find.', lead_sync.count_leads(v_found, 'was', 'were'))
  );

  select jsonb_build_object(
    'ok', bool_and((c ->> 'ok')::boolean), 'at', p_now, 'fixed', sum((c ->> 'fixed')::bigint), 'checks', jsonb_agg(c)
  )
  into v_report
  from jsonb_array_elements(v_checks) as c;
  perform lead_sync.note_task('integrity', p_now, v_report);
  return v_report;
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.check_sync_integrity(boolean, integer, timestamptz) from public, anon, authenticated;
grant execute on function public.check_sync_integrity(boolean, integer, timestamptz) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
