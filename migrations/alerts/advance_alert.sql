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
    -- the last reminder repeats; those missed meanwhile count as one
    loop
      v_reminder := case
        when v_state.reminded < cardinality(p_rule.reminders) then p_rule.reminders[v_state.reminded + 1]
        else p_rule.reminders[cardinality(p_rule.reminders)] * (v_state.reminded - cardinality(p_rule.reminders) + 2)
      end;
      exit when (v_reminder > interval '0' and p_now - v_state.fired_at >= v_reminder) is not true;
      v_state.reminded := v_state.reminded + 1;
      v_kind := 'reminder';
    end loop;
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
