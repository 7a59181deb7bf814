-- Writes values into a lead's row; a null value blanks its field. p_values: {field: value}. Returns the row as it is then.
create or replace function lead_sync.set_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql volatile set search_path = '' as $$
declare
  v_lead public.leads;
begin
  perform lead_sync.set_lead_values(jsonb_build_object(p_lead.id, coalesce(p_values, '{}')));
  select l.* into v_lead from public.leads as l where l.id = p_lead.id;
  return v_lead;
end
$$;
