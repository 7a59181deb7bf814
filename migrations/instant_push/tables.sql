create table if not exists lead_sync.instant_push (
  only_row boolean primary key default true check (only_row),
  url text check (url ~ '^https?://[^[:space:]]+$'),
  secret text,
  constraint instant_push_secret check ((url is null) = (secret is null))
);
alter table lead_sync.instant_push enable row level security;
comment on table lead_sync.instant_push is 'Its row turns instant pushes on';
comment on column lead_sync.instant_push.url is 'Address of the push workflow''s webhook; null: NOTIFY only';
comment on column lead_sync.instant_push.secret is 'What the call carries in the header X-Lead-Sync-Secret';

-- One row while a transaction that changed leads runs: its deferred trigger acts once, when the transaction commits.
create table if not exists lead_sync.push_wishes (xact xid8 primary key default pg_current_xact_id());
alter table lead_sync.push_wishes enable row level security;

-- When the last call was made, in milliseconds since 1970. A sequence: no writer ever waits for another one, and none fails to serialise.
create sequence if not exists lead_sync.last_push_call;
