-- The person of Twenty on whom a row hangs: that of its lead, or one who is no lead here yet. None, where the person is gone for good: Twenty blanks the link as it
-- destroys them, without a trace in the record's updatedAt, and the row keeps its lead.
create or replace function lead_sync.contact_of(p_lead_id uuid, p_contact_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_lead_id is null then
    return p_contact_id;
  end if;
  return (
    select l.twenty_id from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id
    where l.id = p_lead_id and s.gone is not true
  );
end
$$;
