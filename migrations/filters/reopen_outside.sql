-- Leads that another filter left here are due: up to so many, as the claim that judges them again takes few at a time. Returns whether there were any.
create or replace function lead_sync.reopen_outside(p_limit integer) returns boolean
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_since timestamptz := lead_sync.outside_since();
  v_ids uuid[];
  v_marks jsonb;
begin
  if not exists (select from lead_sync.lead_states as s where s.outside_by < v_since) then
    return false;
  end if;
  v_ids := array(
    select s.lead_id from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
    where s.outside_by < v_since
    limit p_limit
    for no key update of l skip locked
  );
  update lead_sync.lead_states as s set outside_by = null, due_at = coalesce(s.due_at, clock_timestamp()), due_since = coalesce(s.due_since, clock_timestamp())
  where s.lead_id = any (v_ids);
  select jsonb_agg(jsonb_build_object('lead_id', l.id, 'sync_status', 'pending')) into v_marks
  from public.leads as l where l.id = any (v_ids) and l.sync_status in ('outside', 'synced');
  perform lead_sync.write_or_split('mark', v_marks);
  return v_ids <> '{}';
end
$$;
