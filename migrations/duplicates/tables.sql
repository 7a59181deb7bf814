-- What of a lead is compared with others, in normal form. Filled by find_duplicates alone: who never searches has no row here.
create table if not exists lead_sync.duplicate_marks (
  lead_id uuid primary key references public.leads (id) on delete cascade,
  emails text[] not null,
  mailboxes text[] not null,
  phones text[] not null,
  name text,
  company text,
  domain text,
  due boolean not null default true,
  keys bigint[] not null
);
alter table lead_sync.duplicate_marks enable row level security;
comment on column lead_sync.duplicate_marks.keys is 'The blocks that the lead is in';
comment on column lead_sync.duplicate_marks.due is 'The lead is new or changed, and not compared with others since';
create index if not exists duplicate_marks_due_idx on lead_sync.duplicate_marks (lead_id) where due;

-- The blocks: leads that share a key are compared, others never. A key is a hash of 64 bits; what it stands for is compared in any case.
create table if not exists lead_sync.duplicate_keys (
  key bigint not null,
  lead_id uuid not null,
  primary key (key, lead_id)
);
alter table lead_sync.duplicate_keys enable row level security;

-- Leads that may be one person.
create table if not exists lead_sync.duplicate_pairs (
  lead_a uuid not null references public.leads (id) on delete cascade,
  lead_b uuid not null references public.leads (id) on delete cascade,
  score numeric not null check (score > 0 and score <= 1),
  reasons jsonb not null check (jsonb_typeof(reasons) = 'object'),
  found_at timestamptz not null default now(),
  decided text check (decided in ('not_duplicate', 'merged')),
  decided_by text,
  decided_at timestamptz,
  primary key (lead_a, lead_b),
  constraint duplicate_pairs_order check (lead_a < lead_b),
  constraint duplicate_pairs_decided check ((decided is null) = (decided_at is null))
);
alter table lead_sync.duplicate_pairs enable row level security;
comment on column lead_sync.duplicate_pairs.reasons is 'Per rule that holds (email, mailbox, phone, name), how much it says alone: 0 to 1';
comment on column lead_sync.duplicate_pairs.decided is 'not_duplicate: the pair is not listed again, whatever else is found of it';
create index if not exists duplicate_pairs_lead_b_idx on lead_sync.duplicate_pairs (lead_b);
create index if not exists duplicate_pairs_dismissed_idx on lead_sync.duplicate_pairs (decided_at desc) where decided = 'not_duplicate';
create index if not exists duplicate_pairs_open_idx on lead_sync.duplicate_pairs (score desc, lead_a, lead_b) where decided is null;

-- How far the search has come.
create table if not exists lead_sync.duplicate_search (
  only_row boolean primary key default true check (only_row),
  from_time timestamptz not null default '-infinity',
  from_id uuid not null default '00000000-0000-0000-0000-000000000000',
  round_began_at timestamptz,
  figures jsonb not null default '{}'
);
alter table lead_sync.duplicate_search enable row level security;
comment on column lead_sync.duplicate_search.from_time is 'The round reads what was written since then';
comment on column lead_sync.duplicate_search.from_id is 'How far it has read: in the order of IDs, as leads that were loaded at once have one time';
comment on column lead_sync.duplicate_search.round_began_at is 'null: all leads that had changed were read and compared';
comment on column lead_sync.duplicate_search.figures is 'What the round at hand, or the last one, has done so far';

-- Merges of two leads that somebody asked for, each until it is done, and what both were before.
create table if not exists lead_sync.merges (
  id bigint generated always as identity primary key,
  keep_id uuid not null references public.leads (id) on delete cascade,
  drop_id uuid not null references public.leads (id) on delete cascade,
  step text not null default 'asked' check (step in ('asked', 'twenty_merged', 'joined', 'refused', 'undone')),
  chosen jsonb not null,
  keep_values jsonb not null,
  drop_values jsonb not null,
  keep_created_at timestamptz,
  keep_score_breakdown jsonb,
  keep_twenty_id uuid,
  drop_twenty_id uuid,
  touches bigint[] not null default '{}',
  history bigint[] not null default '{}',
  conflicts bigint[] not null default '{}',
  row_ids uuid[] not null default '{}',
  token uuid not null default gen_random_uuid(),
  problem text,
  asked_by text,
  asked_at timestamptz not null default now(),
  tried_at timestamptz,
  unheard_since timestamptz,
  settled_at timestamptz,
  constraint merges_settled check ((settled_at is null) = (step in ('asked', 'twenty_merged')))
);
alter table lead_sync.merges enable row level security;
comment on column lead_sync.merges.step is 'twenty_merged: only the leads are left to join; joined: done; refused: cannot be done, problem says why';
comment on column lead_sync.merges.chosen is 'Fields that do not stay as the kept lead has them: {field: value}, null for a blank';
comment on column lead_sync.merges.drop_values is 'Of the dropped lead when it was asked for; from when they are joined on, as they were then';
comment on column lead_sync.merges.keep_created_at is 'Of the kept lead before it was joined, as keep_score_breakdown is; null until then';
comment on column lead_sync.merges.touches is 'The touches that the dropped lead brought';
comment on column lead_sync.merges.history is 'What was noted of the dropped lead, archived or not, as its conflicts are in conflicts';
comment on column lead_sync.merges.row_ids is 'The deals, and rows of other synced tables, that hung on the dropped lead';
comment on column lead_sync.merges.token is 'Of the claim that keeps pushes from both leads while Twenty merges their people';
comment on column lead_sync.merges.problem is 'What the merge waits for, or why it cannot be done';
comment on column lead_sync.merges.unheard_since is 'Since when Twenty may have merged the two people without anybody having heard; null: it has not';
create unique index if not exists merges_open_keep_idx on lead_sync.merges (keep_id) where settled_at is null;
create unique index if not exists merges_open_drop_idx on lead_sync.merges (drop_id) where settled_at is null;
create index if not exists merges_asked_at_idx on lead_sync.merges (asked_at desc);
create index if not exists merges_keep_idx on lead_sync.merges (keep_id);
create index if not exists merges_drop_idx on lead_sync.merges (drop_id);
