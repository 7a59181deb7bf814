-- Alerts: which figures are a problem, and the monitor's memory, so that each problem is told once, comes again, grows and ends.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Each condition on the figures of measure_sync: its value (what the threshold is compared with, or the number of leads) and what to say.
create or replace function lead_sync.alert_conditions(p_figures jsonb)
returns table (alert text, active boolean, value numeric, message text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_now timestamptz := (p_figures ->> 'at')::timestamptz;
  v_latest timestamptz := (
    select h.synced_at from public.lead_sync_history as h
    where h.sync_status = 'synced' and h.synced_at <= (p_figures ->> 'at')::timestamptz
    order by h.synced_at desc
    limit 1
  );
  v_pending bigint := (p_figures #>> '{leads,pending}')::bigint + (p_figures #>> '{leads,syncing}')::bigint;
  v_hour jsonb := p_figures -> 'last_hour';
  v_drift jsonb := coalesce(p_figures -> 'drift', 'null');
  v_conflicts integer := (p_figures #>> '{conflicts,last_hour}')::integer;
  v_usual numeric := ((p_figures #>> '{conflicts,last_24h}')::numeric - (p_figures #>> '{conflicts,last_hour}')::numeric) / 23;
begin
  return query
  select r.alert, (v_hour ->> 'attempts')::integer >= r.minimum and (v_hour ->> 'failure_percent')::numeric > r.threshold,
    (v_hour ->> 'failure_percent')::numeric,
    format('%s of %s attempts in the last hour failed (%s %%): %s.', v_hour ->> 'failures', v_hour ->> 'attempts', v_hour ->> 'failure_percent', (
      select coalesce(string_agg(c.value || ' ' || replace(c.key, '_', ' '), ', ' order by c.value::bigint desc, c.key), 'none')
      from jsonb_each_text(v_hour -> 'by_category') as c where c.value <> '0'
    ))
  from lead_sync.alert_rules as r where r.alert = 'failure_rate'

  union all
  select r.alert, coalesce(s.minutes > r.threshold, false), s.minutes,
    coalesce(s.message, 'No direction is watched.')
  from lead_sync.alert_rules as r
  left join lateral (
    select
      max(d.minutes) as minutes,
      coalesce(
        string_agg(
          format('No successful sync %s for %s minutes%s.', d.name, round(d.minutes), coalesce('; its last run failed: ' || rtrim(d.error, '.'), '')),
          ' ' order by d.minutes desc
        ) filter (where d.minutes > r.threshold),
        'Both directions are fresh.'
      ) as message
    from (
      select
        case f.key when 'twenty_to_supabase' then 'from Twenty to Supabase' else 'from Supabase to Twenty' end as name,
        -- a direction that never succeeded is late since its first run; one that never ran is not in use; where nothing ever ran, history says
        coalesce((f.value ->> 'minutes')::numeric, round(extract(epoch from v_now - coalesce(
          (select min(n.started_at) from public.lead_sync_runs as n where n.direction = f.key and n.mode <> 'inbox'),
          case when not exists (select from public.lead_sync_runs) then v_latest end
        )) / 60, 1)) as minutes,
        case when f.value #>> '{last_run,status}' = 'failed' then coalesce(f.value #>> '{last_run,error}', 'it did not say why') end as error
      from jsonb_each(p_figures -> 'freshness') as f
      where f.key = any (coalesce(r.directions, array['twenty_to_supabase', 'supabase_to_twenty']))
    ) as d
  ) as s on true
  where r.alert = 'sync_stalled'

  union all
  select 'lead_errors', c.count > 0, c.count,
    format('%s refused more than %s times.', lead_sync.count_leads(c.count, 'was', 'were'), p_figures #>> '{error_leads,limit}')
  from (select (p_figures #>> '{error_leads,over_limit}')::numeric as count) as c

  union all
  select r.alert, c.count > 0, c.count,
    format('%s pending for over %s minutes.', lead_sync.count_leads(c.count, 'has been', 'have been'), r.threshold)
  from lead_sync.alert_rules as r cross join (select (p_figures #>> '{backlog,over_an_hour}')::numeric as count) as c
  where r.alert = 'pending_long'

  union all
  select r.alert, c.count > 0, c.count,
    format('%s syncing for over %s minutes.', lead_sync.count_leads(c.count, 'has been', 'have been'), r.threshold)
  from lead_sync.alert_rules as r cross join (select (p_figures #>> '{backlog,stuck_syncing}')::numeric as count) as c
  where r.alert = 'syncing_stuck'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s refused too often and will not be tried again before a replay.', lead_sync.count_leads(c.count, 'was', 'were'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'dead_letters')::numeric as count) as c
  where r.alert = 'dead_letters'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s held back: their e-mails belong to other people in Twenty, deleted ones included.', lead_sync.count_leads(c.count, 'is', 'are'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'held')::numeric as count) as c
  where r.alert = 'held_leads'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s synced without fields whose values Twenty cannot take.', lead_sync.count_leads(c.count, 'is', 'are'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'left_out')::numeric as count) as c
  where r.alert = 'left_out_fields'

  union all
  select r.alert, coalesce(v_pending - b.before > r.threshold and v_pending >= b.lately, false), coalesce(v_pending - b.before, 0)::numeric,
    format('%s leads wait to be synced, %s half an hour ago.', v_pending, coalesce(b.before::text, 'not known how many'))
  from lead_sync.alert_rules as r
  cross join (
    select
      (select s.pending from lead_sync.backlog_samples as s where s.at <= v_now - interval '28 minutes' and s.at > v_now - interval '1 hour'
        order by s.at desc limit 1) as before,
      (select s.pending from lead_sync.backlog_samples as s where s.at <= v_now - interval '8 minutes' order by s.at desc limit 1) as lately
  ) as b
  where r.alert = 'backlog_growing'

  union all
  select r.alert, v_conflicts > r.threshold and v_conflicts > 3 * v_usual, v_conflicts::numeric,
    format('%s conflicts in the last hour, %s an hour on the day before.', v_conflicts, round(v_usual, 1))
  from lead_sync.alert_rules as r where r.alert = 'conflict_surge'

  union all
  select r.alert, coalesce((v_drift ->> 'total')::numeric > r.threshold, false), coalesce((v_drift ->> 'total')::numeric, 0),
    case
      when v_drift = 'null' then 'There was no reconciliation yet.'
      when v_drift ->> 'status' = 'failed' then 'The last reconciliation failed: ' || coalesce(v_drift ->> 'error', 'it did not say why')
      else format('The last reconciliation found %s differences that the sync had missed: %s.', v_drift ->> 'total', (
        select coalesce(string_agg(d.value || ' ' || d.key, ', ' order by d.value::bigint desc, d.key), 'none')
        from jsonb_each_text(v_drift) as d
        where d.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible') and d.value <> '0'
      ))
    end
  from lead_sync.alert_rules as r where r.alert = 'drift'

  union all
  select 'monitor_silent', (p_figures #>> '{heartbeat,silent}')::boolean, (p_figures #>> '{heartbeat,minutes}')::numeric,
    case
      when p_figures #>> '{heartbeat,last}' is null then 'The monitor has not run yet.'
      else format('The monitor last looked %s minutes ago.', round((p_figures #>> '{heartbeat,minutes}')::numeric))
    end;
end
$$;

-- "1 lead was", "12 leads were", "10,000 or more leads were".
create or replace function lead_sync.count_leads(p_count numeric, p_one text, p_many text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_count = 1 then '1 lead ' || p_one
    when p_count >= 10000 then '10,000 or more leads ' || p_many
    else p_count || ' leads ' || p_many
  end
$$;

-- The enabled alerts as they stand: condition now, and what the monitor remembers. An escalated alert has the severity that it grew to.
create or replace function lead_sync.judge_alerts(p_figures jsonb)
returns table (
  alert text, title text, active boolean, state text, severity text, since timestamptz, value numeric, threshold numeric, message text, advice text
)
language sql stable set search_path = '' as $$
  select
    r.alert, r.title, coalesce(c.active, false), coalesce(s.state, 'ok'),
    case when s.state = 'firing' then s.severity else r.severity end,
    case when s.state <> 'ok' then s.since end, c.value, r.threshold, c.message, r.advice
  from lead_sync.alert_rules as r
  join lead_sync.alert_conditions(p_figures) as c on c.alert = r.alert
  left join lead_sync.alert_states as s on s.alert = r.alert
  where r.enabled
  order by r.severity, r.alert;
$$;

-- {status, reasons: [{alert, severity, message}]} of alerts as judge_alerts gives them: critical or warning as the worst condition that holds now.
create or replace function lead_sync.judge_health(p_alerts jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'status', case when bool_or(a ->> 'severity' = 'critical') then 'critical' when count(*) > 0 then 'warning' else 'healthy' end,
    'reasons', coalesce(
      jsonb_agg(jsonb_build_object('alert', a -> 'alert', 'severity', a -> 'severity', 'message', a -> 'message') order by a ->> 'severity', a ->> 'alert'), '[]'
    )
  )
  from jsonb_array_elements(p_alerts) as a
  where (a ->> 'active')::boolean
$$;

-- One alert's next step. ok → pending as soon as the condition holds, → firing once it has held for pending_for, → ok once it has been over for clear_for.
-- Returns the notification to write, or null.
create or replace function lead_sync.advance_alert(p_rule lead_sync.alert_rules, p_active boolean, p_now timestamptz)
returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.alert_states;
  v_reminder interval;
  v_kind text;
begin
  insert into lead_sync.alert_states (alert, severity) values (p_rule.alert, p_rule.severity) on conflict do nothing;
  select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert for update;

  if p_active and v_state.state = 'ok' then
    v_state.state := 'pending';
    v_state.since := p_now;
  elsif not p_active and v_state.state = 'pending' then
    v_state.state := 'ok';
  end if;

  if p_active and v_state.state = 'pending' and p_now - v_state.since >= p_rule.pending_for then
    v_state.state := 'firing';
    v_state.severity := p_rule.severity;
    v_state.fired_at := p_now;
    v_state.clear_since := null;
    v_state.reminded := 0;
    v_kind := 'raised';
  elsif v_state.state = 'firing' and p_active then
    v_state.clear_since := null;
    -- the last reminder repeats
    v_reminder := case
      when v_state.reminded < cardinality(p_rule.reminders) then p_rule.reminders[v_state.reminded + 1]
      else p_rule.reminders[cardinality(p_rule.reminders)] * (v_state.reminded - cardinality(p_rule.reminders) + 2)
    end;
    if p_now - v_state.fired_at >= v_reminder then
      v_state.reminded := v_state.reminded + 1;
      v_kind := 'reminder';
    end if;
    if v_state.severity = 'warning' and p_now - v_state.fired_at >= p_rule.escalate_after then
      v_state.severity := 'critical';
      v_kind := 'escalated';
    end if;
  elsif v_state.state = 'firing' then
    v_state.clear_since := coalesce(v_state.clear_since, p_now);
    if p_now - v_state.clear_since >= p_rule.clear_for then
      v_state.state := 'ok';
      v_kind := 'recovered';
    end if;
  end if;

  update lead_sync.alert_states as s
  set state = v_state.state, severity = v_state.severity, since = v_state.since, fired_at = v_state.fired_at, clear_since = v_state.clear_since,
    reminded = v_state.reminded
  where s.alert = v_state.alert;
  return v_kind;
end
$$;

-- Writes down what is to be told. While the beginning of a problem was not sent, no reminder of it is needed; whatever else comes takes the place of what was not.
create or replace function lead_sync.note_notification(
  p_rule lead_sync.alert_rules, p_kind text, p_message text, p_examples jsonb, p_now timestamptz
) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.alert_states;
begin
  select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert;
  if p_kind = 'reminder' and exists (select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null) then
    return;
  end if;
  delete from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null;
  insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at, examples)
  values (
    p_rule.alert, p_kind, v_state.severity, p_rule.title, p_message,
    case p_kind when 'recovered' then '' else p_rule.advice end, v_state.since, p_now,
    case p_kind when 'recovered' then '[]' else coalesce(p_examples, '[]') end
  );
end
$$;

-- Notes that a workflow looked.
create or replace function lead_sync.note_heartbeat(p_source text, p_at timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.heartbeats as h (source, at) values (p_source, p_at)
  on conflict (source) do update set at = greatest(h.at, excluded.at);
$$;

-- One round of the monitor: evaluates the conditions, advances each alert's memory, and hands out what is to be told and was not confirmed as sent.
--   p_now     for tests
--   p_source  monitor: notes the heartbeat; anything else looks on, and so can tell that the monitor went silent
-- Returns {at, health, alerts, notifications: [{id, alert, kind: raised|reminder|escalated|recovered, severity, title, message, advice, since, at, examples}],
--   heartbeat, metrics}. A notification handed out comes again after two minutes unless confirm_alert_notifications was called for it.
create or replace function public.update_sync_alerts(p_now timestamptz default now(), p_source text default 'monitor') returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
  v_figures jsonb;
  v_examples jsonb;
  v_rule lead_sync.alert_rules;
  v_alert record;
  v_kind text;
  v_notifications jsonb;
  v_alerts jsonb;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.update_sync_alerts'));
  perform lead_sync.fold_rollups(p_now);
  if exists (select from lead_sync.alert_states as s where s.alert = 'monitor_silent' and s.state = 'firing') then
    -- its silence was told: that it looks again is the end of it
    perform lead_sync.note_heartbeat(p_source, p_now);
  end if;
  v_figures := lead_sync.measure_sync(p_now);
  v_examples := v_figures -> 'examples';
  v_figures := v_figures - 'examples';

  for v_alert in select * from lead_sync.judge_alerts(v_figures) loop
    select * into strict v_rule from lead_sync.alert_rules as r where r.alert = v_alert.alert;
    v_kind := lead_sync.advance_alert(v_rule, v_alert.active, p_now);
    if v_kind is not null then
      perform lead_sync.note_notification(v_rule, v_kind, v_alert.message, v_examples -> v_alert.alert, p_now);
    end if;
  end loop;

  perform lead_sync.note_heartbeat(p_source, p_now);
  insert into lead_sync.backlog_samples (at, pending)
  values (p_now, (v_figures #>> '{leads,pending}')::bigint + (v_figures #>> '{leads,syncing}')::bigint)
  on conflict do nothing;
  delete from lead_sync.backlog_samples as s where s.at < p_now - interval '2 hours';

  with offered as (
    update lead_sync.alert_notifications as n set offered_until = p_now + interval '2 minutes'
    where n.sent_at is null and coalesce(n.offered_until <= p_now, true)
    returning n.*
  )
  select coalesce(jsonb_agg(to_jsonb(o) - 'offered_until' - 'sent_at' order by o.severity, o.id), '[]') into v_notifications from offered as o;

  select coalesce(jsonb_agg(to_jsonb(a) - 'advice'), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;
  return jsonb_build_object(
    'at', p_now,
    'health', lead_sync.judge_health(v_alerts),
    'alerts', v_alerts,
    'notifications', v_notifications,
    'heartbeat', v_figures -> 'heartbeat',
    'metrics', v_figures
  );
end
$$;

-- Notes that notifications were sent. Returns {confirmed}: how many; those confirmed before do not count.
create or replace function public.confirm_alert_notifications(p_ids bigint[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_confirmed integer;
begin
  update lead_sync.alert_notifications as n set sent_at = clock_timestamp() where n.id = any (p_ids) and n.sent_at is null;
  get diagnostics v_confirmed = row_count;
  return jsonb_build_object('confirmed', v_confirmed);
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.update_sync_alerts(timestamptz, text) from public, anon, authenticated;
grant execute on function public.update_sync_alerts(timestamptz, text) to service_role;
revoke all on function public.confirm_alert_notifications(bigint[]) from public, anon, authenticated;
grant execute on function public.confirm_alert_notifications(bigint[]) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
