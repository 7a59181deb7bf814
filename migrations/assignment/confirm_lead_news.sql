-- Notes that news of leads were sent. Returns {confirmed}: how many; those confirmed before do not count.
create or replace function public.confirm_lead_news(p_ids bigint[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_confirmed integer;
begin
  update lead_sync.lead_news as n set told_at = clock_timestamp() where n.id = any (p_ids) and n.told_at is null;
  get diagnostics v_confirmed = row_count;
  return jsonb_build_object('confirmed', v_confirmed);
end
$$;
