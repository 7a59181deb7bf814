-- The draft. Nothing that happens here changes a score before publish_scoring_rules().
create table if not exists public.lead_scoring_groups (
  rule_group text primary key check (btrim(rule_group) <> ''),
  lowest numeric check (lowest between -1000 and 0),
  highest numeric check (highest between 0 and 1000),
  description text
);
alter table public.lead_scoring_groups enable row level security;
comment on column public.lead_scoring_groups.lowest is 'The group''s points never count as less than this; empty: no limit';
comment on column public.lead_scoring_groups.highest is 'The group''s points never count as more than this; empty: no limit';

create table if not exists public.lead_scoring_rules (
  rule_key text primary key,
  rule_group text not null default 'other',
  attribute text not null,
  operator text not null,
  value jsonb,
  points numeric not null,
  decay_days integer,
  enabled boolean not null default true,
  description text,
  updated_at timestamptz not null default now()
);
alter table public.lead_scoring_rules enable row level security;
comment on column public.lead_scoring_rules.points is 'Added to the score of a lead that the rule fits; -100 to 100';
comment on column public.lead_scoring_rules.decay_days is 'The points shrink evenly to nothing in so many days: from the time in the attribute, or else from the lead''s creation';

create table if not exists public.lead_scoring_versions (
  version integer primary key,
  rules jsonb not null,
  groups jsonb not null,
  note text,
  published_at timestamptz not null default now()
);
alter table public.lead_scoring_versions enable row level security;

-- version: the published rules in force, 0 before the first. epoch goes up with every change that makes scores stale; leads carry the epoch that they were scored in.
create table if not exists lead_sync.scoring_state (
  only_row boolean primary key default true check (only_row),
  version integer not null default 0,
  epoch integer not null default 1,
  enriched_epoch integer not null default 1,
  segments_epoch integer not null default 1
);
alter table lead_sync.scoring_state enable row level security;
comment on column lead_sync.scoring_state.enriched_epoch is 'The epoch in which a table of the enrichment last changed: leads of older epochs have their bands and tiers worked out again';
comment on column lead_sync.scoring_state.segments_epoch is 'The epoch in which segments last changed, by what decides of leads: those of older epochs are classified again';
insert into lead_sync.scoring_state (only_row) values (true) on conflict do nothing;

-- How far leads were looked at since the epoch last went up, by sixteenths of their ids, so that several sessions can work at a time.
-- A lead whose score is still right is not written: that it was looked at stands here.
create table if not exists lead_sync.scoring_ranges (
  range_no integer primary key check (range_no between 0 and 15),
  epoch integer not null default 0,
  target integer not null default 0,
  position uuid,
  is_sure boolean not null default true
);
alter table lead_sync.scoring_ranges enable row level security;
comment on column lead_sync.scoring_ranges.epoch is 'All of its leads were looked at in this epoch, or written since';
comment on column lead_sync.scoring_ranges.target is 'The epoch that it is being brought to; position is the last lead looked at';
comment on column lead_sync.scoring_ranges.is_sure is 'False: a transaction that scored by an older epoch was at work; it is looked at again';
insert into lead_sync.scoring_ranges (range_no) select generate_series(0, 15) on conflict do nothing;
