-- Which leads travel to Twenty, and which people come here: one row a direction, which people edit. Without conditions, all do.
create table if not exists lead_sync.lead_filters (
  direction text primary key check (direction in ('to_twenty', 'to_supabase')),
  conditions jsonb,
  changed_at timestamptz not null default clock_timestamp()
);
alter table lead_sync.lead_filters enable row level security;
comment on column lead_sync.lead_filters.conditions is 'A list of {attribute, operator, value} as in scoring, all of which must hold; empty: no filter';
comment on column lead_sync.lead_filters.changed_at is 'Which filter it is: what another one judged is judged again';
insert into lead_sync.lead_filters (direction) values ('to_twenty'), ('to_supabase') on conflict do nothing;

-- People whom the filter leaves outside, as they were last read: a reconciliation does not miss them, and knows whom to read again when the filter or the mapping is another.
create table if not exists lead_sync.people_outside (
  twenty_id uuid primary key,
  created_at timestamptz,
  updated_at timestamptz,
  judged_by timestamptz not null
);
alter table lead_sync.people_outside enable row level security;
comment on column lead_sync.people_outside.judged_by is 'As of when the filter and the mapping left the person outside: where either has changed since, the next reconciliation reads them again';
