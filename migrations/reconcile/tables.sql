-- A running reconciliation: how far it has compared.
create table if not exists lead_sync.reconciliations (
  run_id uuid primary key,
  report_only boolean not null default false,
  position text,
  compared_through uuid not null default '00000000-0000-0000-0000-000000000000',
  compared boolean not null default false,
  suspicion text
);
alter table lead_sync.reconciliations enable row level security;
comment on column lead_sync.reconciliations.position is 'Where in Twenty the next page starts';
comment on column lead_sync.reconciliations.compared_through is 'The highest id compared so far: the next page''s range of ids begins behind it';
comment on column lead_sync.reconciliations.suspicion is 'Why nothing may be repaired: so many leads have lost their person that this may be another workspace';

-- What a running reconciliation has found; its end keeps the counts and some examples.
create table if not exists lead_sync.findings (
  run_id uuid not null references lead_sync.reconciliations (run_id) on delete cascade,
  kind text not null check (kind in ('missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')),
  subject uuid not null,
  detail jsonb not null,
  primary key (run_id, kind, subject)
);
alter table lead_sync.findings enable row level security;
comment on column lead_sync.findings.subject is 'The Twenty id (missing, orphaned, different) or the lead''s id (unsynced, impossible; of duplicates the oldest)';
