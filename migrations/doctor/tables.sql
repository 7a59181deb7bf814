-- What the last look at all parts found, for the dashboard: one row at most, made by the first look.
create table if not exists lead_sync.last_findings (
  only_row boolean primary key default true check (only_row),
  at timestamptz not null,
  source text not null,
  findings jsonb not null check (jsonb_typeof(findings) = 'array')
);
alter table lead_sync.last_findings enable row level security;
comment on column lead_sync.last_findings.source is 'Who looked: "workflow" or "command"';
comment on column lead_sync.last_findings.findings is 'A list of {area, check, status: ok, warning or error, detail, next_step}';
