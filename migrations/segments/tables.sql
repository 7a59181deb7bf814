-- What AI said of a lead, about which facts and segments: it is asked again when the facts have changed, when none fitted and the segments have changed,
-- and up to three times while its answers cannot be taken.
create table if not exists lead_sync.ai_answers (
  lead_id uuid primary key references public.leads (id) on delete cascade,
  facts text not null,
  offered text not null,
  segment_id uuid references public.customer_segments (id) on delete set null,
  confidence numeric,
  rejections integer not null default 0,
  answered_at timestamptz not null default now()
);
alter table lead_sync.ai_answers enable row level security;
comment on column lead_sync.ai_answers.facts is 'MD5 of the facts that AI was told';
comment on column lead_sync.ai_answers.offered is 'MD5 of the segments that AI could choose from, with their descriptions';
comment on column lead_sync.ai_answers.rejections is 'Answers in a row, about these facts and segments, that could not be taken';
create index if not exists ai_answers_segment_id_idx on lead_sync.ai_answers (segment_id) where segment_id is not null;

-- What somebody wants to change of segments, until it is published: whole segments, by the ID that they have or will have.
create table if not exists lead_sync.segment_drafts (
  segment_id uuid primary key default gen_random_uuid(),
  segment jsonb not null check (jsonb_typeof(segment) = 'object')
);
alter table lead_sync.segment_drafts enable row level security;

-- All segments as they were after each publication, and before one where somebody had edited them in the table.
create table if not exists lead_sync.segment_versions (
  version integer primary key,
  segments jsonb not null,
  note text,
  published_by text,
  published_at timestamptz not null default now()
);
alter table lead_sync.segment_versions enable row level security;
