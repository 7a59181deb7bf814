-- Locks rows in the order of their ids: one order everywhere means no deadlock.
create or replace function lead_sync.lock_rows(p_adapter text, p_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  execute lead_sync.rows_sql(p_adapter, 'select from {table} as l where l.id = any ($1) order by l.id for no key update') using p_ids;
end
$$;
