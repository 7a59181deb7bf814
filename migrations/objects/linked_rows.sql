-- Which rows are linked to records of Twenty: {twenty_id: id}.
create or replace function lead_sync.linked_rows(p_adapter text, p_twenty_ids uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_ids jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, 'select jsonb_object_agg(l.twenty_id, l.id) from {table} as l where l.twenty_id = any ($1)') into v_ids using p_twenty_ids;
  return coalesce(v_ids, '{}');
end
$$;
