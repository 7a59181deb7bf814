-- Which leads get a task in Twenty. In title and body, {name}, {phone}, {company}, {score} and {segment} stand for the lead's own.
create table if not exists public.follow_up_rules (
  rule_key text primary key check (rule_key ~ '^[a-z0-9][a-z0-9_]{0,62}$'),
  lowest_score numeric not null check (lowest_score between 0 and 100),
  title text not null check (btrim(title) <> ''),
  body text,
  due_in_days integer not null default 1 check (due_in_days between 0 and 365),
  assignee_id uuid,
  max_lead_age_days integer default 30 check (max_lead_age_days > 0),
  enabled boolean not null default false,
  occasion text not null default 'score' check (occasion in ('score', 'missed_call', 'no_activity')),
  idle_days integer check (idle_days > 0),
  constraint follow_up_rules_idle_days check (occasion <> 'no_activity' or idle_days is not null)
);
alter table public.follow_up_rules enable row level security;
comment on column public.follow_up_rules.assignee_id is 'A workspace member in Twenty; empty: nobody';
comment on column public.follow_up_rules.max_lead_age_days is 'Only leads created, or calls missed, in the last so many days, of no_activity leads that are quiet for at most so many days beyond idle_days: the first scoring must not ask for a thousand calls; empty: all';
comment on column public.follow_up_rules.occasion is 'score: the lead reaches lowest_score, once; missed_call: nobody took its call, and it was not spoken to since, once a day; no_activity: nothing happened for idle_days and no meeting is to come, once until something does';
comment on column public.follow_up_rules.idle_days is 'Of no_activity: days since the last note, task, message, meeting, form or call, or since the lead was created';

-- Tasks that were handed out (tried_at: -infinity), tried or made, one a lead and rule; of a missed call or of no activity, the rule's key has the day (UTC) of the call or of the last activity behind it: missed_call:2026-01-31; that of an assignment has the key "new lead".
create table if not exists lead_sync.follow_ups (
  task_id uuid primary key,
  lead_id uuid not null references public.leads (id) on delete cascade,
  rule_key text not null,
  done_at timestamptz,
  error text,
  tried_at timestamptz not null default now(),
  unique (lead_id, rule_key)
);
alter table lead_sync.follow_ups enable row level security;
