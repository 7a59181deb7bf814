-- The statements that make a replica's table, its indexes, and a trigger by which an edit of somebody else is found: it empties the row's digest.
--   p_table   the table's name in D1
--   p_suffix  what sets the names of its indexes and trigger apart from those of the table that it will replace
-- In SQL for D1 names are in quotes, whatever they are: PostgreSQL's %I leaves those bare that are words of SQLite alone.
create or replace function lead_sync.edge_create_sql(p_state lead_sync.edge_states, p_table text, p_suffix text) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  v_definitions text;
  v_names text;
begin
  select
    string_agg(format('"%s" %s', c.name, case when c.type in ('integer', 'boolean') then 'integer' when c.type = 'real' then 'real' else 'text' end), ', ' order by c.place),
    string_agg(format('"%s"', c.name), ', ' order by c.place)
  into v_definitions, v_names
  from lead_sync.edge_columns(p_state.columns) as c;
  return array[
    format('create table if not exists "%s" (id text primary key, %s, edge_version integer not null, edge_digest integer) strict, without rowid', p_table, v_definitions)
  ] || array(
    select format('create index if not exists "%s" on "%s" ("%s")', concat_ws('_', p_state.edge_table, c.name, p_suffix), p_table, c.name)
    from lead_sync.edge_columns(p_state.columns) as c where c.is_indexed order by c.place
  ) || format(
    'create trigger if not exists "%s" after update of %s on "%s" when new.edge_version = old.edge_version and new.edge_digest is old.edge_digest '
    'begin update "%s" set edge_digest = null where id = new.id; end',
    concat_ws('_', p_state.edge_table, 'edited', p_suffix), v_names, p_table, p_table
  );
end
$$;
