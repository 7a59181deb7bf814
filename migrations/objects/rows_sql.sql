-- A statement over the rows of an adapter: {table} stands for its table, {values} for the values of its row l, {columns} for the columns of the values that the change c takes,
-- {email} for the e-mail by which that row is known, {known} for the column of the row k by which it is known, {known_value} for what that is in a snapshot of i.
create or replace function lead_sync.rows_sql(p_adapter text, p_sql text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_known_by text;
  v_kind text;
begin
  select o.row_table::regclass::text, o.known_by, m.kind into v_table, v_known_by, v_kind
  from lead_sync.objects as o left join lead_sync.field_mappings as m on m.object = o.object and m.lead_field = o.known_by
  where o.adapter = p_adapter;
  return replace(replace(replace(replace(replace(replace(
    p_sql, '{table}', v_table), '{known}', coalesce('k.' || quote_ident(v_known_by), 'null::text')),
    '{known_value}', coalesce(format('lead_sync.comparable(%L, i.snapshot -> %L)', v_kind, v_known_by), 'null::text')), '{values}', format('lead_sync.%I(l)', p_adapter || '_values')),
    '{columns}', format('lead_sync.%I(c.taken - ''deleted'')', p_adapter || '_columns')), '{email}', case p_adapter when 'lead' then 'l.email' else 'null::text' end
  );
end
$$;
