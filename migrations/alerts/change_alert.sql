-- Changes the rule of an alert, all that is given or nothing. p_changes: {enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, paused_until}, each may be left out;
-- what each means is said at its column of lead_sync.alert_rules.
-- Returns {saved, problems: {column: sentence}}. Raises 22023 on a malformed call or for an alert that does not exist.
create or replace function public.change_alert(p_alert text, p_changes jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_rule lead_sync.alert_rules;
  v_problems jsonb;
  v_constraint text;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    raise exception 'p_changes must be an object, e.g. {"threshold": 10}' using errcode = '22023';
  end if;
  select * into v_rule from lead_sync.alert_rules as r where r.alert = p_alert for update;
  if not found then
    raise exception 'There is no alert "%"', p_alert using errcode = '22023', hint = 'get_alerts() lists them.';
  end if;
  v_problems := lead_sync.change_problems(v_rule, p_changes);
  if p_changes ?| array['alert', 'title', 'advice'] then
    v_problems := v_problems || '{"alert": "Names and advice come with the schema."}';
  end if;
  if not v_problems ? 'threshold' and (p_changes ->> 'threshold')::numeric < 0 or not v_problems ? 'minimum' and (p_changes ->> 'minimum')::integer < 0 then
    v_problems := v_problems || jsonb_build_object(case when (p_changes ->> 'threshold')::numeric < 0 then 'threshold' else 'minimum' end, 'It must not be negative.');
  end if;
  if not v_problems ? 'reminders' and p_changes -> 'reminders' = '[]' then
    v_problems := v_problems || '{"reminders": "It needs one length of time at least; the last one repeats."}';
  end if;
  if v_problems = '{}' then
    begin
      v_rule := jsonb_populate_record(v_rule, p_changes);
      update lead_sync.alert_rules as r set
        enabled = v_rule.enabled, severity = v_rule.severity, threshold = v_rule.threshold, minimum = v_rule.minimum, directions = v_rule.directions, pending_for = v_rule.pending_for,
        clear_for = v_rule.clear_for, reminders = v_rule.reminders, escalate_after = v_rule.escalate_after, paused_until = v_rule.paused_until
      where r.alert = p_alert;
    exception when check_violation then
      get stacked diagnostics v_constraint = constraint_name;
      v_problems := lead_sync.constraint_problem('lead_sync.alert_rules', v_constraint, p_changes);
    end;
  end if;
  return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
