-- Rows as the engine sees them. An array, since of that the planner knows how many there are.
create or replace function lead_sync.read_rows(p_adapter text, p_ids uuid[]) returns lead_sync.synced_row[]
language plpgsql stable set search_path = '' as $$
declare
  v_rows lead_sync.synced_row[];
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select array_agg(row(l.id, l.twenty_id, {values}, l.sync_status, l.sync_error_count, l.left_out)::lead_sync.synced_row) from {table} as l where l.id = any ($1)
  $sql$) into v_rows using p_ids;
  return coalesce(v_rows, '{}');
end
$$;
