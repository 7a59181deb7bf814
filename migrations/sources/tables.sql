-- Tables of the project's own whose rows are leads, see connect_source(). Nothing looks at them until it is called; nothing of them changes but that
-- triggers note which rows were written. Who may write here may read and write those tables: nobody but the owner does.
create table if not exists lead_sync.sources (
  source regclass primary key,
  key_column name not null,
  columns jsonb not null check (jsonb_typeof(columns) = 'object'),
  lead_source text not null check (lead_source <> 'twenty'),
  both_ways boolean not null,
  inserts boolean not null,
  position text,
  read_at timestamptz,
  problem text,
  problem_at timestamptz,
  constraint sources_problem check ((problem is null) = (problem_at is null))
);
alter table lead_sync.sources enable row level security;
comment on table lead_sync.sources is 'Tables whose rows are leads';
comment on column lead_sync.sources.columns is 'Per field of a lead, the column that has it';
comment on column lead_sync.sources.lead_source is 'What leads.lead_source says of a lead that comes from here, where no column tells it';
comment on column lead_sync.sources.both_ways is 'Whether leads are written back to their rows';
comment on column lead_sync.sources.inserts is 'Whether a lead from elsewhere gets a row there';
comment on column lead_sync.sources.position is 'The last key that the first reading has read';
comment on column lead_sync.sources.problem is 'Why its rows could not be read when that was last tried, e.g. a column that has another name now';
comment on column lead_sync.sources.problem_at is 'When that was';
comment on column lead_sync.sources.read_at is 'When all rows had been read; null: the first reading is at work';

-- Which row is which lead, and what the two last agreed on. Several rows of one e-mail are one lead.
create table if not exists lead_sync.source_rows (
  id bigint generated always as identity primary key,
  source regclass not null references lead_sync.sources (source) on delete cascade,
  key text,
  lead_id uuid references public.leads (id) on delete set null,
  there jsonb not null default '{}',
  here jsonb not null default '{}',
  refusal text,
  constraint source_rows_key unique (source, key)
);
alter table lead_sync.source_rows enable row level security;
comment on column lead_sync.source_rows.key is 'null: the row was deleted, or could not be made';
comment on column lead_sync.source_rows.lead_id is 'null without a refusal: the lead was deleted for good, and its row is not taken again';
comment on column lead_sync.source_rows.there is 'The row''s columns as they were last read or written: a column has changed when it differs';
comment on column lead_sync.source_rows.here is 'What the lead would have written there at that time: a field has changed when it differs';
comment on column lead_sync.source_rows.refusal is 'Why the row was not taken, or not written; its next change tries it again';
create index if not exists source_rows_lead_idx on lead_sync.source_rows (lead_id) where lead_id is not null;
create index if not exists source_rows_refused_idx on lead_sync.source_rows (source) where refusal is not null;

-- What was written and not yet carried over: a key of a source, or a lead. Whoever writes only adds a row, and so waits for nobody.
create table if not exists lead_sync.source_changes (
  id bigint generated always as identity primary key,
  source regclass not null,
  key text,
  lead_id uuid,
  key_before text
);
alter table lead_sync.source_changes enable row level security;
comment on table lead_sync.source_changes is 'Neither key nor lead: what was written could not be noted, so that all rows are read again';
comment on column lead_sync.source_changes.key_before is 'The key that the row had until then; null: the same';
create index if not exists source_changes_key_idx on lead_sync.source_changes (source, id) where key is not null;
create index if not exists source_changes_moved_idx on lead_sync.source_changes (source, key) where key_before is not null;
create index if not exists source_changes_key_before_idx on lead_sync.source_changes (source, key_before) where key_before is not null;
