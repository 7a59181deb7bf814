-- A lead with sync fields set, as with_value does each of them. p_values: {field: value}.
create or replace function lead_sync.with_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_lead public.leads := p_lead;
  v_field text;
begin
  for v_field in select jsonb_object_keys(p_values) loop
    v_lead := lead_sync.with_value(v_lead, v_field, p_values -> v_field);
  end loop;
  return v_lead;
end
$$;
