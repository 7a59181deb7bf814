-- Measurements: how the sync is doing, from rollups and indexes only.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- A text without secrets and without what tells a person, at most p_longest characters: keys, tokens and passwords go, e-mails keep their
-- first letter and domain, phone numbers their last two digits. Cut before it is masked, so that its time depends on what is shown alone.
-- The patterns are those of nodes/masking/patterns.ts, in their order; a test compares the two.
create or replace function lead_sync.mask_text(p_text text, p_longest integer) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := left(p_text, 4 * p_longest);
begin
  v_text := regexp_replace(v_text, $re$(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]*$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?$re$, '•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sb_(?:secret|publishable)_|sbp_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|xapp-|[rs]k_(?:live|test)_|whsec_|shpat_|dop_v1_|n8n_api_)[A-Za-z0-9_-]{4,}$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9])(sk-|A[KS]IA|AIza|ya29\.|hf_|SG\.|npm_(?=[A-Za-z0-9]{36}))[A-Za-z0-9_.-]{16,}$re$, '\1•••', 'g');
  v_text := regexp_replace(v_text, $re$(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{30,}$re$, '•••', 'g');
  v_text := regexp_replace(v_text, $re$(hooks\.slack(?:-gov)?\.com/|\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook/|discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/|chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|/hooks/(?=[A-Za-z0-9]{15}))[^\s"'<>]{6,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z])((?:bearer|basic)(?:\s{0,2}[:=]\s{0,2}|(?:\s|%20){1,3}))(?!(?:auth|authentication|authorization|tokens?|scheme|realm)(?![A-Za-z0-9._~+/=-]))[A-Za-z0-9._~+/=-]{8,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(authorization[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})(?!(?:bearer|basic)\s)[^\s"',;]{4,}(?: [^\s"',;]{8,})?$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$((?:(?:api|access|secret|service|private)[_-]?key|token|secret|password|passwd|pwd|passphrase|signature)[\\"']{0,3}\s{0,3}[=:]\s{0,3}[\\"']{0,3})[^\s"'&,;)}\]\\]{4,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$([?&](?:key|sig|auth|code)=)[^\s"'&#]{4,}$re$, '\1•••', 'gi');
  v_text := regexp_replace(v_text, $re$(://[^\s/:@"<>]{0,100}:)(?![0-9]{1,5}(?:[/?#]|\s|$))[^\s"<>]{1,255}@$re$, '\1•••@', 'g');
  v_text := regexp_replace(v_text, $re$(?<![^\s@<>()\[\]",;:•])([^\s@<>()\[\]",;:•])[^\s@<>()\[\]",;:•]*@([^\s@<>()\[\]"',;:•…\\/?#&=.]+(?:\.[^\s@<>()\[\]"',;:•…\\/?#&=.]+)+)$re$, '\1•••@\2', 'g');
  v_text := regexp_replace(v_text, $re$\+[0-9][0-9 ()./-]{3,}([0-9])[ ()./-]{0,2}([0-9])$re$, '•••\1\2', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{2}([0-9])([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
  v_text := regexp_replace(v_text, $re$(?<![A-Za-z0-9_.:-])\(?0[0-9]{1,4}\)?[0-9 ./-]{4,18}([0-9])[ ./-]{0,2}([0-9])(?![A-Za-z0-9_:-])$re$, '•••\1\2', 'g');
  -- what was cut in two is no longer known for what it is
  if length(p_text) > 4 * p_longest then
    v_text := regexp_replace(v_text, '\S{1,255}$', '…');
  end if;
  return case when length(v_text) <= p_longest then v_text else left(v_text, p_longest - 1) || '…' end;
end
$$;

-- The same in at most 200 characters, as lists and examples show it.
create or replace function lead_sync.mask_text(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select lead_sync.mask_text(p_text, 200)
$$;

-- A lead as a message may name it: initials and masked e-mail, or its id where it has neither.
create or replace function lead_sync.mask_lead(p_lead public.leads) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(
    nullif(concat_ws(
      ' ', left(lead_sync.clean(p_lead.first_name), 1) || '.', left(lead_sync.clean(p_lead.last_name), 1) || '.',
      '(' || lead_sync.mask_text(lead_sync.clean(p_lead.email)) || ')'
    ), ''),
    p_lead.id::text
  )
$$;

-- The newest run of a direction and its last success; drains of the inbox do not count, they see only what webhooks named.
-- A run that is alive and reports counts as success so far: a first pull may take hours.
create or replace function lead_sync.measure_direction(p_direction text, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'last_success', f.last_success,
    'minutes', round(extract(epoch from p_now - f.last_success) / 60, 1),
    'running_since', case when f.alive then f.started_at end,
    'last_run', f.run
  )
  from (
    select
      n.status = 'running' and n.lease_until > p_now as alive,
      n.started_at,
      case
        when n.status = 'running' and n.lease_until > p_now then p_now
        else (
          select r.finished_at from public.lead_sync_runs as r
          where r.direction = p_direction and r.mode <> 'inbox' and r.status = 'succeeded' and r.started_at <= p_now
          order by r.started_at desc
          limit 1
        )
      end as last_success,
      case
        when n.id is not null then jsonb_build_object(
          'id', n.id, 'mode', n.mode, 'trigger', n.trigger, 'status', n.status, 'started_at', n.started_at, 'finished_at', n.finished_at,
          'error', lead_sync.mask_text(n.error)
        )
      end as run
    from (select) as one
    left join lateral (
      select * from public.lead_sync_runs as r
      where r.direction = p_direction and r.mode <> 'inbox' and r.started_at <= p_now
      order by r.started_at desc
      limit 1
    ) as n on true
  ) as f
$$;

-- Attempts and failures since p_since by category, and how long leads took from due to settled. Intake is no attempt: nothing can refuse it.
create or replace function lead_sync.measure_activity(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with entry as materialized (
    select a.sync_status, a.category, a.lag_bucket, sum(a.entries) as entries
    from lead_sync.activity as a
    where a.minute >= p_since and a.minute <= p_now and a.sync_type <> 'intake'
    group by 1, 2, 3
  ),
  lag as materialized (
    select jsonb_object_agg(b.lag_bucket, b.entries) as buckets, sum(b.entries) as leads
    from (select e.lag_bucket, sum(e.entries) as entries from entry as e where e.lag_bucket is not null group by 1) as b
  ),
  total as materialized (
    select coalesce(sum(e.entries), 0) as attempts, coalesce(sum(e.entries) filter (where e.sync_status = 'error'), 0) as failures from entry as e
  )
  select jsonb_build_object(
    'attempts', t.attempts,
    'failures', t.failures,
    'failure_percent', round(100 * t.failures / nullif(t.attempts, 0), 1),
    'by_category', '{"auth": 0, "rate_limit": 0, "validation": 0, "conflict": 0, "network": 0, "server": 0}'::jsonb || (
      select coalesce(jsonb_object_agg(c.category, c.entries), '{}')
      from (select e.category, sum(e.entries) as entries from entry as e where e.category is not null group by 1) as c
    ),
    'lag_seconds', jsonb_build_object(
      'p50', lead_sync.lag_percentile(g.buckets, 0.5), 'p95', lead_sync.lag_percentile(g.buckets, 0.95), 'leads', coalesce(g.leads, 0)
    )
  )
  from total as t cross join lag as g
$$;

-- The last reconciliation that got through, or found something before it failed; total leaves duplicates out, which only a human can merge. Null for none.
-- Of compared, compared_live are those not deleted in Twenty.
create or replace function lead_sync.measure_drift(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select
    jsonb_build_object('compared', 0, 'missing', 0, 'orphaned', 0, 'different', 0, 'unsynced', 0, 'impossible', 0, 'duplicates', 0)
    || (
      select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(r.figures) as f
      where f.key in ('compared', 'compared_live', 'missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')
    )
    || jsonb_build_object('run_id', r.id, 'status', r.status, 'finished_at', r.finished_at, 'error', lead_sync.mask_text(r.error), 'total', t.total)
  from public.lead_sync_runs as r
  cross join lateral (
    select coalesce(sum((f.value #>> '{}')::bigint), 0) as total from jsonb_each(r.figures) as f
    where f.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible')
  ) as t
  where r.direction = 'bidirectional' and r.started_at <= p_now and (r.status = 'succeeded' or (r.status = 'failed' and t.total > 0))
  order by r.started_at desc
  limit 1
$$;

-- Webhooks of this hour and the one before: hints received, records read for them, what waits, drains that failed, and how many changes a pull found that no webhook had named.
-- Null when no hint came for a week.
create or replace function lead_sync.measure_webhooks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select case when h.in_use then jsonb_build_object(
    'since', t.since,
    'received', h.received,
    'processed', h.processed,
    'waiting', w.waiting,
    'oldest_waiting', w.oldest,
    'failed', (
      select count(*) from public.lead_sync_runs as r
      where r.mode = 'inbox' and r.status in ('failed', 'expired') and r.started_at >= t.since and r.started_at <= p_now
    ),
    'lost', (
      select coalesce(sum(a.entries), 0) from lead_sync.activity as a
      where a.minute >= t.since and a.minute <= p_now and a.sync_type = 'scheduled_pull' and a.lag_bucket is not null
    )
  ) end
  from (select date_trunc('hour', p_now - interval '1 hour', 'utc') as since) as t
  cross join lateral (
    select
      count(*) > 0 as in_use,
      coalesce(sum(i.received) filter (where i.hour >= t.since), 0) as received,
      coalesce(sum(i.drained) filter (where i.hour >= t.since), 0) as processed
    from lead_sync.inbox_hours as i
    where i.hour > p_now - interval '7 days'
  ) as h
  cross join (
    select count(*) as waiting, min(i.waiting_since) as oldest
    from (select n.waiting_since from lead_sync.inbox as n order by n.waiting_since limit 10000) as i
  ) as w
$$;

-- Leads that are in the way, counted up to 10,000 each, with masked examples.
create or replace function lead_sync.measure_backlog(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_error_limit integer := (select r.threshold from lead_sync.alert_rules as r where r.alert = 'lead_errors');
  v_waiting interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'pending_long');
  v_stuck interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'syncing_stuck');
begin
  return (
    with waiting as materialized (
      -- due for long, or untouched in this status for long
      select w.id, min(w.since) as since
      from (
        (
          select l.id, s.due_since as since
          from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
          where s.due_at is not null and s.due_since < p_now - v_waiting and l.sync_status = 'pending'
          order by s.due_since
          limit 10000
        )
        union all
        (
          select l.id, l.updated_at from public.leads as l
          where l.sync_status = 'pending' and l.updated_at < p_now - v_waiting
          order by l.updated_at
          limit 10000
        )
      ) as w
      group by w.id
      limit 10000
    ),
    stuck as materialized (
      select l.id, l.updated_at as since from public.leads as l
      where l.sync_status = 'syncing' and l.updated_at < p_now - v_stuck
      limit 10000
    ),
    failing as materialized (
      select l.id, l.sync_error_count, l.sync_error_message from public.leads as l
      where l.sync_error_count > v_error_limit
      order by l.sync_error_count desc
      limit 10000
    ),
    refused as materialized (
      (
        select l.id, s.held_by is not null as held, l.sync_error_count, l.sync_error_message
        from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
        where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null
        limit 10000
      )
      union all
      (
        select s.lead_id, false, s.retries, s.refusal
        from lead_sync.lead_states as s
        where s.refusal is not null and s.due_at is null and s.claim_token is null
        limit 10000
      )
    ),
    incomplete as materialized (
      select l.id, l.left_out from public.leads as l where l.left_out <> '{}' limit 10000
    ),
    oldest as materialized (
      select min(s.due_since) as due_since from lead_sync.lead_states as s where s.due_at is not null
    )
    select jsonb_build_object(
      'backlog', jsonb_build_object(
        'due', (select count(*) from (select from lead_sync.lead_states as s where s.due_at <= p_now limit 100000) as d),
        'oldest_due_since', o.due_since,
        'oldest_minutes', round(extract(epoch from p_now - o.due_since) / 60, 1),
        'over_an_hour', (select count(*) from waiting),
        'stuck_syncing', (select count(*) from stuck)
      ),
      'dead_letters', (select count(*) from refused as r where not r.held),
      'held', (select count(*) from refused as r where r.held),
      'left_out', (select count(*) from incomplete),
      'error_leads', jsonb_build_object('over_limit', (select count(*) from failing), 'limit', v_error_limit),
      'examples', jsonb_build_object(
        'pending_long', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', waiting since ' || to_char(x.since at time zone 'utc', 'YYYY-MM-DD HH24:MI') || ' UTC')
          from (select * from waiting as w order by w.since limit 5) as x join public.leads as l on l.id = x.id
        ),
        'syncing_stuck', (
          select jsonb_agg(lead_sync.mask_lead(l)) from (select * from stuck as w order by w.since limit 5) as x join public.leads as l on l.id = x.id
        ),
        'lead_errors', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', refused ' || x.sync_error_count || ' times: ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
          from (select * from failing as w order by w.sync_error_count desc limit 5) as x join public.leads as l on l.id = x.id
        ),
        'dead_letters', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', refused ' || x.sync_error_count || ' times: ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
          from (select * from refused as w where not w.held limit 5) as x join public.leads as l on l.id = x.id
        ),
        'held_leads', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
          from (select * from refused as w where w.held limit 5) as x join public.leads as l on l.id = x.id
        ),
        'left_out_fields', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', ' || (select string_agg(k, ', ' order by k) from jsonb_object_keys(x.left_out) as k))
          from (select * from incomplete as w limit 5) as x join public.leads as l on l.id = x.id
        )
      )
    )
    from oldest as o
  );
end
$$;

-- All figures but the health, as get_sync_metrics returns them, and masked examples by alert for the messages.
create or replace function lead_sync.measure_sync(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_counts jsonb;
  v_backlog jsonb := lead_sync.measure_backlog(p_now);
  v_hour jsonb := lead_sync.measure_activity(p_now - interval '1 hour', p_now);
  v_calls bigint;
  -- what the latest run found out that Twenty allows, or what the settings say
  v_budget bigint := 60 * coalesce(
    (
      select (r.figures ->> 'twenty_calls_per_minute')::bigint
      from public.lead_sync_runs as r
      where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now and r.figures ? 'twenty_calls_per_minute'
      order by r.started_at desc
      limit 1
    ),
    (select s.twenty_calls_per_minute from lead_sync.settings as s)
  );
  v_heartbeat timestamptz := (select h.at from lead_sync.heartbeats as h where h.source = 'monitor');
begin
  select '{"pending": 0, "syncing": 0, "synced": 0, "error": 0}'::jsonb || coalesce(jsonb_object_agg(c.key, c.leads), '{}')
    || jsonb_build_object('total', coalesce(sum(c.leads), 0))
  into v_counts
  from (select k.key, sum(k.leads) as leads from lead_sync.lead_counts as k where k.facet = 'status' group by k.key) as c;

  -- a run that began before the hour counts with none of its calls, one that began within it with all
  select coalesce(sum((r.figures ->> 'twenty_calls')::bigint), 0) into v_calls
  from public.lead_sync_runs as r
  where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now;

  return jsonb_build_object(
    'at', p_now,
    'freshness', jsonb_build_object(
      'twenty_to_supabase', lead_sync.measure_direction('twenty_to_supabase', p_now),
      'supabase_to_twenty', lead_sync.measure_direction('supabase_to_twenty', p_now),
      'bidirectional', lead_sync.measure_direction('bidirectional', p_now)
    ),
    'leads', v_counts,
    'backlog', (v_backlog -> 'backlog') || jsonb_build_object('pending', v_counts -> 'pending', 'syncing', v_counts -> 'syncing'),
    'last_hour', v_hour - 'lag_seconds',
    'lag_seconds', v_hour -> 'lag_seconds',
    'conflicts', (
      select jsonb_build_object(
        'open', (select count(*) from public.lead_sync_conflicts as o where o.resolved_at is null),
        'last_hour', count(*) filter (where c.created_at > p_now - interval '1 hour'),
        'last_24h', count(*)
      )
      from public.lead_sync_conflicts as c
      where c.created_at > p_now - interval '24 hours' and c.created_at <= p_now
    ),
    'dead_letters', v_backlog -> 'dead_letters',
    'held', v_backlog -> 'held',
    'left_out', v_backlog -> 'left_out',
    'error_leads', v_backlog -> 'error_leads',
    'drift', lead_sync.measure_drift(p_now),
    'twenty_calls', jsonb_build_object('last_hour', v_calls, 'budget', v_budget, 'percent', round(100.0 * v_calls / v_budget, 1)),
    'webhooks', lead_sync.measure_webhooks(p_now),
    'heartbeat', jsonb_build_object(
      'last', v_heartbeat,
      'minutes', round(extract(epoch from p_now - v_heartbeat) / 60, 1),
      'silent', coalesce(p_now - v_heartbeat > (
        select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'monitor_silent'
      ), false)
    ),
    'examples', v_backlog -> 'examples'
  );
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
