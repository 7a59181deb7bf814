create table if not exists lead_sync.instant_push (
  only_row boolean primary key default true check (only_row),
  url text check (url ~ '^https?://[^[:space:]]+$'),
  secret text,
  edge_url text check (edge_url ~ '^https?://[^[:space:]]+$'),
  arrivals_url text check (arrivals_url ~ '^https?://[^[:space:]]+$'),
  constraint instant_push_secret check ((coalesce(url, edge_url, arrivals_url) is null) = (secret is null))
);
alter table lead_sync.instant_push enable row level security;
comment on table lead_sync.instant_push is 'Its row turns instant pushes on';
comment on column lead_sync.instant_push.url is 'Address of the push workflow''s webhook; null: NOTIFY only';
comment on column lead_sync.instant_push.edge_url is 'Address of the webhook that brings rows to the edge; null: NOTIFY only';
comment on column lead_sync.instant_push.arrivals_url is 'Address of the webhook that assigns and tells leads that arrived; null: NOTIFY only';
comment on column lead_sync.instant_push.secret is 'What the call carries in the header X-Lead-Sync-Secret';

-- One row for each that a running transaction has something for: its deferred trigger acts once, when the transaction commits.
create table if not exists lead_sync.push_wishes (
  xact xid8 default pg_current_xact_id(),
  target text not null,
  primary key (xact, target)
);
alter table lead_sync.push_wishes enable row level security;

-- When the last call of each kind was made, in milliseconds since 1970; watch_rows makes those of other objects. A sequence: no writer ever waits for another one, and none fails to serialise.
create sequence if not exists lead_sync.last_push_call;
create sequence if not exists lead_sync.last_edge_call;
create sequence if not exists lead_sync.last_arrivals_call;
