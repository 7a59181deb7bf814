-- The values that a snapshot, or an answer of Twenty, states of an adapter's row other than a lead: what such rows are known by in the form in which its column holds it.
create or replace function lead_sync.stated_row(p_adapter text, p_snapshot jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_stated jsonb := lead_sync.stated_fields(p_snapshot);
  v_known_by text;
  v_kind text;
begin
  select o.known_by, m.kind into v_known_by, v_kind
  from lead_sync.objects as o left join lead_sync.field_mappings as m on m.object = o.object and m.lead_field = o.known_by
  where o.adapter = p_adapter;
  if lead_sync.comparable(v_kind, v_stated -> v_known_by) <> '' then
    v_stated := jsonb_set(v_stated, array[v_known_by], to_jsonb(lead_sync.comparable(v_kind, v_stated -> v_known_by)));
  end if;
  return v_stated;
end
$$;
