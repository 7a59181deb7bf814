-- The tables of this database whose rows are kept the same as records of Twenty. An adapter is a table and what its rows mean: the functions
-- lead_sync.<adapter>_values(row), which gives a row's values, and, but for leads, lead_sync.<adapter>_columns(values), which gives the columns for values that are taken.
-- Merge, claims, planning, completion and reconciliation are the same for all. An object beside leads costs nothing before its first run, see is_synced.
create table if not exists lead_sync.objects (
  adapter text primary key check (adapter ~ '^[a-z][a-z0-9_]*$'),
  object text unique check ((object is null) = (adapter = 'lead')),
  row_table text not null check (row_table ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'),
  of_lead boolean not null default false,
  known_by text check (known_by ~ '^[a-z][a-z0-9_]*$')
);
alter table lead_sync.objects enable row level security;
comment on column lead_sync.objects.object is 'What Twenty calls it, e.g. opportunity; null for leads: those are records of the object that a run or the settings name';
comment on column lead_sync.objects.row_table is 'Schema and name of the table, e.g. public.leads';
comment on column lead_sync.objects.of_lead is 'Its rows hang on leads: the table has the columns lead_id and contact_id, the person''s id in Twenty while that is no lead here; the value of both is contact_id';
comment on column lead_sync.objects.known_by is 'A text column, and the value of that name, which Twenty keeps unique: by it, a row without a record and a record without a row are known as one. The column holds the value as it is compared';
insert into lead_sync.objects (adapter, row_table) values ('lead', 'public.leads') on conflict do nothing;

do $$
begin
  -- a row as the engine sees it
  if to_regtype('lead_sync.synced_row') is null then
    create type lead_sync.synced_row as (id uuid, twenty_id uuid, local jsonb, sync_status text, sync_error_count integer, left_out jsonb);
  end if;
  -- what a merge writes into a row: the values that it takes from Twenty, the time at which it is deleted if it is, and how it stands; keeps_error: its error stays; of the next two, null: as it was;
  -- record, of rows that are no leads: {created_at, changed_at, changed_by} of the record in Twenty
  if to_regtype('lead_sync.row_change') is null then
    create type lead_sync.row_change as (
      id uuid, is_new boolean, twenty_id uuid, taken jsonb, deleted_at timestamptz, sync_status text, keeps_error boolean, left_out jsonb,
      sync_direction text, last_synced_at timestamptz, record jsonb
    );
  end if;
end
$$;
revoke all on type lead_sync.synced_row, lead_sync.row_change from public, anon, authenticated;
