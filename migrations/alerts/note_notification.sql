-- Writes down what is to be told. While the beginning of a problem was not sent, no reminder of it is needed; whatever else comes takes the place of what was not. Of a problem whose beginning was held back,
-- by quiet hours or a pause, the end is not told either, unless people were told of one before that and not of its end.
create or replace function lead_sync.note_notification(
  p_rule lead_sync.alert_rules, p_kind text, p_message text, p_examples jsonb, p_now timestamptz
) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.alert_states;
  v_was_held_back boolean;
begin
  select * into strict v_state from lead_sync.alert_states as s where s.alert = p_rule.alert;
  if p_kind = 'reminder' and exists (select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null) then
    return;
  end if;
  v_was_held_back := p_kind = 'recovered' and exists (
    select from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null and n.kind in ('raised', 'escalated') and n.offered_until is null
  ) and coalesce(
    (select n.kind from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is not null order by n.id desc limit 1), 'recovered'
  ) = 'recovered';
  delete from lead_sync.alert_notifications as n where n.alert = p_rule.alert and n.sent_at is null;
  if v_was_held_back then
    return;
  end if;
  insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at, examples)
  values (
    p_rule.alert, p_kind, v_state.severity, p_rule.title, p_message,
    case p_kind when 'recovered' then '' else p_rule.advice end, v_state.since, p_now,
    case p_kind when 'recovered' then '[]' else coalesce(p_examples, '[]') end
  );
end
$$;
