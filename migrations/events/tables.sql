-- What flows of your own are started by: each has a feed, which collects what it wants from its first read on, and keeps it until the flow says that it has it.
-- While there is no feed, nothing is collected.
create table if not exists lead_sync.event_feeds (
  feed text primary key check (length(feed) between 1 and 200),
  events text[] not null,
  fields text[],
  score numeric,
  began_at timestamptz not null default now(),
  read_at timestamptz not null default now()
);
alter table lead_sync.event_feeds enable row level security;
comment on column lead_sync.event_feeds.fields is 'A change counts when one of these fields changed; null: any';
comment on column lead_sync.event_feeds.score is 'The score that a lead crosses';

create table if not exists lead_sync.lead_events (
  id bigint generated always as identity primary key,
  feed text not null, -- no foreign key: who writes a lead would wait for a feed that ends, and fail then
  event text not null,
  lead_id uuid,
  happened_at timestamptz not null default clock_timestamp(),
  details jsonb not null default '{}'
);
alter table lead_sync.lead_events enable row level security;
comment on column lead_sync.lead_events.id is 'Of one lead, in the order in which it happened: its row was locked';
create index if not exists lead_events_feed_idx on lead_sync.lead_events (feed, id);
create index if not exists lead_events_happened_at_idx on lead_sync.lead_events using brin (happened_at);
