-- Deletes rows ([[key, version]…]) that are older, and remembers the deletions for 30 days, so that what comes late is not written again.
create or replace function lead_sync.edge_delete_sql(p_state lead_sync.edge_states, p_table text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array[
    format(
      'insert into edge_deleted (table_name, key, version, deleted_at) select %L, value ->> 0, value ->> 1, unixepoch() from json_each(?1) where true '
      'on conflict (table_name, key) do update set version = excluded.version, deleted_at = excluded.deleted_at where excluded.version > edge_deleted.version',
      p_state.edge_table
    ),
    format(
      'delete from "%s" where id in (select value ->> 0 from json_each(?1)) '
      'and edge_version < (select d.version from edge_deleted as d where d.table_name = %L and d.key = "%s".id)',
      p_table, p_state.edge_table, p_table
    ),
    -- the rows are the parameter of each of them
    format('delete from edge_deleted where table_name = %L and deleted_at < unixepoch() - 2592000 and ?1 is not null', p_state.edge_table)
  ];
end
$$;
