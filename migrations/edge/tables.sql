-- The edge replica. Nothing looks at the sources, no trigger is on them, until enable_edge() is called.

-- Which table is which table in D1, and who owns it. Users edit these rows; enable_edge() puts them into use.
create table if not exists lead_sync.edge_tables (
  edge_table text primary key check (edge_table ~ '^[a-z][a-z0-9_]{0,39}$' and edge_table !~ '^(edge|sqlite)_|_changes$|_next_'),
  source text not null,
  direction text not null check (direction in ('down', 'up')),
  key_column text not null default 'id',
  deleted_column text,
  columns jsonb not null check (jsonb_typeof(columns) = 'array'),
  repair boolean not null default true
);
alter table lead_sync.edge_tables enable row level security;
comment on table lead_sync.edge_tables is 'down: Supabase owns the rows, D1 has a replica; up: D1 owns them';
comment on column lead_sync.edge_tables.source is 'The table in Supabase, with its schema: public.leads';
comment on column lead_sync.edge_tables.key_column is 'One column, unique and never null; in D1 it is a text named id';
comment on column lead_sync.edge_tables.deleted_column is 'A row counts as deleted while this column is set; null: only when it is gone';
comment on column lead_sync.edge_tables.columns is '[{name: column in D1, from: column here, type: text|integer|real|boolean|timestamp|json, index: true, merge: last|earliest}]';
comment on column lead_sync.edge_tables.repair is 'Whether a check repairs what it finds, or only reports it';

-- The tables that are on, with the mapping as it was when they were turned on.
create table if not exists lead_sync.edge_states (
  edge_table text primary key references lead_sync.edge_tables (edge_table),
  source text not null,
  direction text not null check (direction in ('down', 'up')),
  key_column text not null,
  key_type text not null,
  deleted_column text,
  columns jsonb not null,
  enabled_at timestamptz not null default now(),
  floor bigint not null,
  acknowledged bigint not null default 0,
  doubtful boolean not null default false,
  sample integer not null default 0,
  rebuild_id bigint,
  rebuild_phase text check (rebuild_phase in ('create', 'fill', 'swap')),
  rebuild_position text,
  rebuild_since timestamptz,
  leftovers bigint[] not null default '{}',
  constraint edge_states_rebuild check ((rebuild_id is null) = (rebuild_phase is null))
);
alter table lead_sync.edge_states enable row level security;
comment on column lead_sync.edge_states.floor is 'The version of a row that has not changed since the table was turned on';
comment on column lead_sync.edge_states.acknowledged is 'The highest version that D1 has taken: one that says less was restored';
comment on column lead_sync.edge_states.doubtful is 'The next check looks at all rows: the table was just built, or D1 was found to be older than what it had acknowledged';
comment on column lead_sync.edge_states.sample is 'Which range of keys the next check looks at';
comment on column lead_sync.edge_states.rebuild_position is 'The last key that was filled in';
comment on column lead_sync.edge_states.leftovers is 'Rebuilds that were given up and whose tables may still be in D1';

-- The version of each row that changed since its table was turned on, and which one the other side has. Down it is the outbox: one row a key, however
-- often it changes. A row stays when it was sent: it is what keeps late batches from bringing old data back.
create table if not exists lead_sync.edge_rows (
  edge_table text not null,
  key text collate "C" not null,
  version bigint not null,
  sent bigint not null default 0,
  refusal text,
  changed_at timestamptz not null default now(),
  primary key (edge_table, key)
);
alter table lead_sync.edge_rows enable row level security;
comment on column lead_sync.edge_rows.version is 'Down: assigned at each change, under this row''s lock. Up: milliseconds since 1970, assigned by D1';
comment on column lead_sync.edge_rows.refusal is 'Why D1 does not take the row as it is; a change tries it again';
create index if not exists edge_rows_due_idx on lead_sync.edge_rows (edge_table, version) where sent < version and refusal is null;
create index if not exists edge_rows_refused_idx on lead_sync.edge_rows (edge_table) where refusal is not null;

create sequence if not exists lead_sync.edge_versions;

-- Rows of D1 that Supabase could not store.
create table if not exists lead_sync.edge_rejects (
  id bigint generated always as identity primary key,
  edge_table text not null,
  key text,
  reason text not null,
  row_text text not null,
  at timestamptz not null default now()
);
alter table lead_sync.edge_rejects enable row level security;
create unique index if not exists edge_rejects_key on lead_sync.edge_rejects (edge_table, key);

-- Runs of the edge, apart from those between Twenty and Supabase: they have other directions and other figures. A running row is its direction's lease.
create table if not exists lead_sync.edge_runs (
  id uuid primary key default gen_random_uuid(),
  direction text not null check (direction in ('down', 'up')),
  mode text not null check (mode in ('changes', 'check', 'rebuild')),
  trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
  edge_table text,
  whole boolean not null default false,
  report_only boolean not null default false,
  status text not null default 'running' check (status in ('running', 'succeeded', 'failed', 'stopped', 'expired')),
  token uuid not null default gen_random_uuid(),
  lease_until timestamptz not null,
  figures jsonb not null default '{}',
  findings jsonb not null default '{}',
  progress real,
  error text,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
alter table lead_sync.edge_runs enable row level security;
comment on column lead_sync.edge_runs.whole is 'A check of all rows instead of a sample';
create unique index if not exists edge_runs_one_running on lead_sync.edge_runs (direction) where status = 'running';
create index if not exists edge_runs_started_at_idx on lead_sync.edge_runs (started_at desc);
create index if not exists edge_runs_direction_idx on lead_sync.edge_runs (direction, mode, started_at desc);
