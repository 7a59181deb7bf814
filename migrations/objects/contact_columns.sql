-- The columns lead_id and contact_id of a row whose record hangs on a person: the lead where there is one, else the person's id until that lead arrives, see follow_leads.
create or replace function lead_sync.contact_columns(p_person_id text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_lead_id uuid := (select l.id from public.leads as l where l.twenty_id = p_person_id::uuid);
begin
  return jsonb_build_object('lead_id', v_lead_id, 'contact_id', case when v_lead_id is null then p_person_id end);
end
$$;
