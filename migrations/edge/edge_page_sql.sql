-- Rows of a table as D1 gets them, from keys and versions that an SQL text yields: {key, version, gone, row_text, total}; row_text is the row, or [key, version]
-- where it is gone, total the bytes of the rows up to it.
--   p_keys  an SQL text that yields key, version and place, which is the row's place in the page; $1 to $3 are the table, a position and a limit
create or replace function lead_sync.edge_page_sql(p_state lead_sync.edge_states, p_keys text) returns text
language plpgsql stable set search_path = '' as $$
begin
  -- rows and versions are read by one statement, so that they belong together
  return format(
    $sql$
      select p.key, p.version, p.gone, p.row_text, sum(octet_length(p.row_text)) over (order by p.place) as total, p.place
      from (
        select v.key, v.version, v.gone, v.place, case
          when v.gone then json_build_array(v.key, v.version)::text
          else '[' || to_json(v.key)::text || ', ' || v.version || ', ' || ('x' || left(md5(v.key || v.list), 10))::bit(40)::bigint || ', ' || substr(v.list, 2)
        end as row_text
        from (
          select k.key, k.version, k.place, s.%1$I is null %2$s as gone, %3$s::text as list
          from (%4$s) as k
          left join %5$s as s on s.%1$I = %6$s and s.%1$I::text = k.key
        ) as v
      ) as p
    $sql$,
    p_state.key_column, case when p_state.deleted_column is null then '' else format('or s.%I is not null', p_state.deleted_column) end,
    lead_sync.edge_values_sql(p_state), p_keys, to_regclass(p_state.source), lead_sync.edge_key_sql(p_state, 'k.key')
  );
end
$$;
