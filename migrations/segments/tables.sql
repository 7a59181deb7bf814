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
