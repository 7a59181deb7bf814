-- Counts and adds up ranges of keys ([[low, high]…]), low left out: each row of the table is read once at most. Sums go as texts: they pass 2^53.
create or replace function lead_sync.edge_ranges_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
  return format(
    'select r.value ->> 0 as low, r.value ->> 1 as high, '
    '(select json_array(count(*), cast(coalesce(sum(%1$s), 0) as text), count(*) - count(%1$s)) from "%2$s" where id > r.value ->> 0 and id <= r.value ->> 1) as sums, %3$s as mark '
    'from json_each(?1) as r',
    case p_state.direction when 'down' then 'edge_digest' else 'edge_version' end, p_state.edge_table,
    case p_state.direction when 'down' then format('(select max(value) from edge_state where name = %L)', 'sent:' || p_state.edge_table) else 'null' end
  );
end
$$;
