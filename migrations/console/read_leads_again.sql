-- Has the people of leads read again by the next drain, which compares both sides anew: puts them into the inbox.
--   p_lead_ids  1 to 1,000 leads
-- Returns {named, unlinked: how many have no person in Twenty yet}. Raises 22023 on a malformed call.
create or replace function public.read_leads_again(p_lead_ids uuid[]) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_people jsonb;
  v_unlinked integer;
begin
  if coalesce(cardinality(p_lead_ids), 0) not between 1 and 1000 then
    raise exception 'p_lead_ids must be 1 to 1,000 leads' using errcode = '22023';
  end if;
  select
    coalesce(jsonb_agg(jsonb_build_object('object', s.object, 'record_id', l.twenty_id)) filter (where l.twenty_id is not null), '[]'),
    count(*) filter (where l.twenty_id is null)
  into v_people, v_unlinked
  from public.leads as l cross join lead_sync.settings as s
  where l.id = any (p_lead_ids);
  perform public.add_to_inbox(v_people);
  perform public.note_action('read_leads_again', jsonb_build_object('leads', cardinality(p_lead_ids), 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end));
  return jsonb_build_object('named', jsonb_array_length(v_people), 'unlinked', v_unlinked);
end
$$;
