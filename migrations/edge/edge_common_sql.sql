-- What every replica needs in D1 beside its table: which deletions it took, and how far it is.
create or replace function lead_sync.edge_common_sql() returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return array[
    'create table if not exists edge_deleted (table_name text not null, key text not null, version integer not null, deleted_at integer not null, '
      'primary key (table_name, key)) strict, without rowid',
    'create table if not exists edge_state (name text primary key, value integer not null) strict, without rowid'
  ];
end
$$;
