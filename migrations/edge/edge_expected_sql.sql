-- The rows of a range as they should be, low left out: key, version, digest; due: not sent yet. As an SQL text: $1 is the table, $2 and $3 the range.
create or replace function lead_sync.edge_expected_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_state.direction = 'up' then
    return 'select r.key, r.version, null::bigint as digest, false as due from lead_sync.edge_rows as r where r.edge_table = $1 and r.key > $2 and r.key <= $3';
  end if;
  return format(
    $sql$
      select v.key, coalesce(r.version, %1$s) as version, ('x' || left(md5(v.key || v.list), 10))::bit(40)::bigint as digest, coalesce(r.sent < r.version, false) as due
      from (
        select s.%2$I::text collate "C" as key, %3$s::text as list from %4$s as s
        where s.%2$I::text collate "C" > $2 and s.%2$I::text collate "C" <= $3 %5$s
      ) as v
      left join lead_sync.edge_rows as r on r.edge_table = $1 and r.key = v.key
      where r.refusal is null
    $sql$,
    p_state.floor, p_state.key_column, lead_sync.edge_values_sql(p_state), to_regclass(p_state.source),
    case when p_state.deleted_column is null then '' else format('and s.%I is null', p_state.deleted_column) end
  );
end
$$;
