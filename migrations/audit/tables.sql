-- Who decided or changed what: actions of the page, of nodes, of assistants and of the API, and each change of a setting. The sync's own work is in lead_sync_history.
create table if not exists lead_sync.audit_log (
  id bigint generated always as identity primary key,
  done_at timestamptz not null default clock_timestamp(),
  done_by text not null,
  action text not null,
  subject jsonb not null default '{}'
);
alter table lead_sync.audit_log enable row level security;
comment on column lead_sync.audit_log.done_by is 'As the caller names itself, see lead_sync.actor';
comment on column lead_sync.audit_log.subject is 'What it was about: IDs and settings, no values of leads';
create index if not exists audit_log_done_at_idx on lead_sync.audit_log (done_at);
