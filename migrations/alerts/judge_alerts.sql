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
