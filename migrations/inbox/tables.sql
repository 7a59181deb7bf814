-- Records of Twenty that a webhook named and that have not been read since: one row a record, however many hints came for it.
create table if not exists lead_sync.inbox (
  object text not null,
  record_id uuid not null,
  hints integer not null default 1,
  waiting_since timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  run_id uuid,
  hinted_again_at timestamptz,
  primary key (object, record_id)
);
alter table lead_sync.inbox enable row level security;
comment on column lead_sync.inbox.object is 'As Twenty calls it; <object of leads>.company: a company of whose people the leads are to be read again';
comment on column lead_sync.inbox.waiting_since is 'The first hint that no finished read has answered';
comment on column lead_sync.inbox.due_at is 'When to read the record: at once, or when its absence can be confirmed';
comment on column lead_sync.inbox.run_id is 'The drain that is reading the record; another drain means that this one is dead';
comment on column lead_sync.inbox.hinted_again_at is 'The first hint that came after that read began: the record is read once more';
create index if not exists inbox_due_idx on lead_sync.inbox (due_at);
create index if not exists inbox_waiting_idx on lead_sync.inbox (waiting_since);

-- What came and went, by the hour. Each session counts in one of 16 rows an hour, so that none waits for another: sum them up.
create table if not exists lead_sync.inbox_hours (
  hour timestamptz not null,
  shard integer not null,
  received bigint not null default 0,
  added bigint not null default 0,
  coalesced bigint not null default 0,
  ignored bigint not null default 0,
  drained bigint not null default 0,
  primary key (hour, shard)
);
alter table lead_sync.inbox_hours enable row level security;
comment on column lead_sync.inbox_hours.received is 'Hints that came in: added + coalesced + ignored';
comment on column lead_sync.inbox_hours.coalesced is 'Hints for a record that was waiting already';
comment on column lead_sync.inbox_hours.ignored is 'Hints for objects that are not synced, or without the id of a record';
comment on column lead_sync.inbox_hours.drained is 'Records that were read and merged';
