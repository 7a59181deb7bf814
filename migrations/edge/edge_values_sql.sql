-- The row of the source as D1 gets it, as an SQL expression over the alias s: the JSON array of its columns.
create or replace function lead_sync.edge_values_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select 'json_build_array(' || string_agg(
      case
        when c.type = 'timestamp' and a.atttypid = 'timestamptz'::regtype then format($f$to_char(s.%I at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')$f$, c.source)
        when c.type = 'timestamp' then format($f$to_char(s.%I, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')$f$, c.source)
        when c.type in ('text', 'json') then format('s.%I::text', c.source)
        else format('s.%I', c.source)
      end,
      ', ' order by c.place
    ) || ')'
    from lead_sync.edge_columns(p_state.columns) as c
    left join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(p_state.source) and a.attname = c.source and not a.attisdropped
  );
end
$$;
