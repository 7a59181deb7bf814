-- A running reconciliation: how far it has compared.
create table if not exists lead_sync.reconciliations (
  run_id uuid primary key,
  report_only boolean not null default false,
  position text,
  compared_through uuid not null default '00000000-0000-0000-0000-000000000000',
  compared boolean not null default false,
  suspicion text,
  changed_since timestamptz,
  page_size integer,
  summaries_left integer
);
alter table lead_sync.reconciliations enable row level security;
comment on column lead_sync.reconciliations.position is 'Where in Twenty the next page starts';
comment on column lead_sync.reconciliations.compared_through is 'The highest id compared so far: the next page''s range of ids begins behind it';
comment on column lead_sync.reconciliations.changed_since is 'Set: by ranges. People changed since then are compared one by one, of the others summaries of ranges of ids; null: all ids';
comment on column lead_sync.reconciliations.page_size is 'A range that differs is read when it holds no more people than this, otherwise halved';
comment on column lead_sync.reconciliations.summaries_left is 'How many unequal summaries are borne before all that is left is read: about the calls that reading everything costs';
comment on column lead_sync.reconciliations.suspicion is 'Why nothing may be repaired: so many leads have lost their person that this may be another workspace';

-- What a running reconciliation still has to compare: ranges of ids, (after, through].
create table if not exists lead_sync.id_ranges (
  run_id uuid not null references lead_sync.reconciliations (run_id) on delete cascade,
  after uuid not null default '00000000-0000-0000-0000-000000000000',
  through uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  step text not null check (step in ('changed', 'read', 'summarise')),
  primary key (run_id, after, step)
);
alter table lead_sync.id_ranges enable row level security;
-- a reconciliation that was under way before there were ranges goes on to read all ids
insert into lead_sync.id_ranges (run_id, step)
select r.run_id, 'read' from lead_sync.reconciliations as r
where not r.compared and not exists (select from lead_sync.id_ranges as i where i.run_id = r.run_id);
comment on column lead_sync.id_ranges.step is 'changed: ids of people changed lately are read; read: all ids are; summarise: a summary is compared';

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
