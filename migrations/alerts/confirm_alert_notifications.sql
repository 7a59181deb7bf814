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
