-- A statement over the rows of an adapter: {table} stands for its table, {values} for the values of its row l, {columns} for the columns of the values that the change c takes,
-- {email} for the e-mail by which that row is known.
create or replace function lead_sync.rows_sql(p_adapter text, p_sql text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_table text := (select o.row_table::regclass::text from lead_sync.objects as o where o.adapter = p_adapter);
begin
  return replace(replace(replace(replace(
    p_sql, '{table}', v_table), '{values}', format('lead_sync.%I(l)', p_adapter || '_values')),
    '{columns}', format('lead_sync.%I(c.taken - ''deleted'')', p_adapter || '_columns')), '{email}', case p_adapter when 'lead' then 'l.email' else 'null::text' end
  );
end
$$;
