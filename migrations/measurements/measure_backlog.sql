-- Leads that are in the way, counted up to 10,000 each, with masked examples.
create or replace function lead_sync.measure_backlog(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_refused_rows jsonb := lead_sync.refused_rows();
  v_failing_hints jsonb := lead_sync.failing_hints(p_now);
  v_error_limit integer := (select r.threshold from lead_sync.alert_rules as r where r.alert = 'lead_errors');
  v_waiting interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'pending_long');
  v_stuck interval := (select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'syncing_stuck');
begin
  return (
    with waiting as materialized (
      -- due for long, or untouched in this status for long, and not for a yes or after a no
      select w.id, min(w.since) as since
      from (
        (
          select l.id, s.due_since as since
          from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
          where s.due_at is not null and s.due_since < p_now - v_waiting and l.sync_status = 'pending' and s.error_category is distinct from 'approval'
          order by s.due_since
          limit 10000
        )
        union all
        (
          select l.id, l.updated_at from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id
          where l.sync_status = 'pending' and l.updated_at < p_now - v_waiting and s.error_category is distinct from 'approval'
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
        where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and s.error_category is distinct from 'approval'
        limit 10000
      )
      union all
      (
        select s.lead_id, false, s.retries, s.refusal
        from lead_sync.lead_states as s
        where s.refusal is not null and s.due_at is null and s.claim_token is null and s.adapter = 'lead'
        limit 10000
      )
      union all
      select d.lead_id, false, d.attempts, d.reason from lead_sync.stuck_leads('dead', 'lead') as d
    ),
    incomplete as materialized (
      select l.id, l.left_out from public.leads as l where l.left_out <> '{}' limit 10000
    ),
    oldest as materialized (
      select min(s.due_since) as due_since from lead_sync.lead_states as s where s.due_at is not null and s.adapter = 'lead'
    )
    select jsonb_build_object(
      'backlog', jsonb_build_object(
        'due', (select count(*) from (select from lead_sync.lead_states as s where s.adapter = 'lead' and s.due_at <= p_now limit 100000) as d),
        'oldest_due_since', o.due_since,
        'oldest_minutes', round(extract(epoch from p_now - o.due_since) / 60, 1),
        'over_an_hour', (select count(*) from waiting),
        'stuck_syncing', (select count(*) from stuck)
      ),
      'dead_letters', (select count(*) from refused as r where not r.held),
      'held', (select count(*) from refused as r where r.held),
      'left_out', (select count(*) from incomplete),
      'refused_rows', v_refused_rows -> 'count',
      'failing_hints', v_failing_hints -> 'count',
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
          select jsonb_agg(
            coalesce(lead_sync.mask_lead(l), (select s.adapter || ' ' || s.lead_id from lead_sync.lead_states as s where s.lead_id = x.id))
            || ', refused ' || x.sync_error_count || ' times: ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason'))
          )
          from (select * from refused as w where not w.held limit 5) as x left join public.leads as l on l.id = x.id
        ),
        'held_leads', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', ' || lead_sync.mask_text(coalesce(x.sync_error_message, 'no reason')))
          from (select * from refused as w where w.held limit 5) as x join public.leads as l on l.id = x.id
        ),
        'left_out_fields', (
          select jsonb_agg(lead_sync.mask_lead(l) || ', ' || (select string_agg(k, ', ' order by k) from jsonb_object_keys(x.left_out) as k))
          from (select * from incomplete as w limit 5) as x join public.leads as l on l.id = x.id
        ),
        'refused_rows', (select jsonb_agg(lead_sync.mask_text(e.text)) from jsonb_array_elements_text(v_refused_rows -> 'examples') as e (text)),
        'failing_hints', v_failing_hints -> 'examples'
      )
    )
    from oldest as o
  );
end
$$;
