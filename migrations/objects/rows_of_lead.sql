-- The rows of all synced tables that hang on a lead.
create or replace function lead_sync.rows_of_lead(p_lead_id uuid) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  v_adapter text;
  v_rows uuid[];
  v_ids uuid[] := '{}';
begin
  for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
    execute lead_sync.rows_sql(v_adapter, 'select array_agg(l.id) from {table} as l where l.lead_id = $1') into v_rows using p_lead_id;
    v_ids := v_ids || v_rows;
  end loop;
  return v_ids;
end
$$;
