-- What sources named and nobody has read and stored yet, once each: ids and what says where to read, nothing of a person. Rows stay until they are as old as
-- sources keep leads, so that a hint that comes again is known.
create table if not exists lead_sync.intake_inbox (
  source text not null,
  external_id text not null,
  hint jsonb not null default '{}',
  received_at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  claim_token uuid,
  attempts integer not null default 0,
  last_error text,
  done_at timestamptz,
  primary key (source, external_id)
);
alter table lead_sync.intake_inbox enable row level security;
comment on column lead_sync.intake_inbox.due_at is 'When to read it: at once, after a pause where that failed, or when the claim of a reader that died ends';
comment on column lead_sync.intake_inbox.claim_token is 'Of who is reading it; another one does not change when it is due';
comment on column lead_sync.intake_inbox.attempts is 'How often it was claimed';
comment on column lead_sync.intake_inbox.last_error is 'Why it could not be read or stored, the last time';
comment on column lead_sync.intake_inbox.done_at is 'When its lead was stored, was found to need no storing, or was given up as its source does not have it';
create index if not exists intake_inbox_due_idx on lead_sync.intake_inbox (source, due_at) where done_at is null;
create index if not exists intake_inbox_failing_idx on lead_sync.intake_inbox (received_at) where done_at is null and last_error is not null;
create index if not exists intake_inbox_received_idx on lead_sync.intake_inbox (received_at);

-- Up to when a channel of a source, e.g. a form, was read in full. It never goes back.
create table if not exists lead_sync.intake_cursors (
  source text not null,
  channel text not null,
  read_until timestamptz not null,
  primary key (source, channel)
);
alter table lead_sync.intake_cursors enable row level security;
