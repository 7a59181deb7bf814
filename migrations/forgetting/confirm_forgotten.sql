-- Notes that records of forgotten people are destroyed in Twenty, or were not there any more: forget_lead names them no longer. Returns {confirmed, left}; left counts notes and tasks
-- that were made about them meanwhile, too.
create or replace function public.confirm_forgotten(p_record_ids uuid[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_confirmed integer;
begin
  if p_record_ids is null then
    raise exception 'p_record_ids must be a list of record IDs' using errcode = '22023';
  end if;
  delete from lead_sync.to_destroy as d where d.record_id = any (p_record_ids);
  get diagnostics v_confirmed = row_count;
  -- as long as they were there, what hangs on them was read with their ids
  perform lead_sync.forget_contact('{}', p_record_ids);
  perform lead_sync.forget_activities(p_record_ids);
  return jsonb_build_object('confirmed', v_confirmed, 'left', (select count(*) from lead_sync.to_destroy));
end
$$;
