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
        coalesce('of ' || f.object || ' records ', '') || case f.key when 'twenty_to_supabase' then 'from Twenty to Supabase' else 'from Supabase to Twenty' end as name,
        -- a direction that never succeeded is late since its first run; one that never ran is not in use; where nothing ever ran, history says
        coalesce((f.value ->> 'minutes')::numeric, round(extract(epoch from v_now - coalesce(
          (
            select min(n.started_at) from public.lead_sync_runs as n
            where n.direction = f.key and n.mode <> 'inbox'
              and coalesce(n.object = f.object, n.object not in (select o.object from lead_sync.objects as o where o.object is not null))
          ),
          case when f.object is null and not exists (select from public.lead_sync_runs) then v_latest end
        )) / 60, 1)) as minutes,
        case when f.value #>> '{last_run,status}' = 'failed' then coalesce(f.value #>> '{last_run,error}', 'it did not say why') end as error
      from (
        select null as object, l.key, l.value from jsonb_each(p_figures -> 'freshness') as l
        union all
        select o.object, l.key, lead_sync.measure_direction(l.key, v_now, o.adapter)
        from lead_sync.objects as o cross join jsonb_object_keys(p_figures -> 'freshness') as l (key)
        where o.object is not null and lead_sync.is_synced(o.adapter)
      ) as f
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
  select r.alert, c.count > r.threshold, c.count, format('%s for a yes: so much is to be deleted or changed at once.', lead_sync.count_leads(c.count, 'waits', 'wait'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'approvals')::numeric as count) as c
  where r.alert = 'approvals'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s synced without fields whose values Twenty cannot take.', lead_sync.count_leads(c.count, 'is', 'are'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'left_out')::numeric as count) as c
  where r.alert = 'left_out_fields'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s of your own tables %s refused, and not in step.', case c.count when 1 then '1 row' else c.count || ' rows' end, case c.count when 1 then 'was' else 'were' end)
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'refused_rows')::numeric as count) as c
  where r.alert = 'refused_rows'

  union all
  select r.alert, c.count > r.threshold, c.count,
    format('%s named by a source over an hour ago and cannot be read or stored.', lead_sync.count_leads(c.count, 'was', 'were'))
  from lead_sync.alert_rules as r cross join (select (p_figures ->> 'failing_hints')::numeric as count) as c
  where r.alert = 'failing_hints'

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
    end

  union all
  select e.alert, e.active, e.value, e.message from lead_sync.edge_conditions(v_now) as e;
end
$$;
