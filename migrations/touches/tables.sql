-- Each time that somebody reached us, once: a form, a call, an advertisement's lead, a row of a table.
create table if not exists public.lead_touches (
  id bigint generated always as identity primary key,
  lead_id uuid references public.leads (id) on delete set null,
  source text not null,
  external_id text not null,
  kind text not null check (kind in ('form', 'call', 'import', 'table', 'manual')),
  touched_at timestamptz not null,
  campaign text,
  ad_set text,
  ad text,
  form text,
  medium text,
  landing_page text,
  agent text,
  duration_seconds numeric check (duration_seconds >= 0),
  outcome text check (outcome in ('answered', 'missed')),
  raw jsonb,
  created_at timestamptz not null default now(),
  constraint lead_touches_key unique (source, external_id)
);
alter table public.lead_touches enable row level security;
comment on table public.lead_touches is 'When and how leads reached us: a lead has many';
comment on column public.lead_touches.lead_id is 'null: the lead was deleted for good, and its touch does not bring it back';
comment on column public.lead_touches.external_id is 'What the source calls it; one that comes again changes nothing';
comment on column public.lead_touches.agent is 'Who took the call, or the form';
comment on column public.lead_touches.outcome is 'Of a call that is over: answered, or missed by us';
comment on column public.lead_touches.raw is 'What the source sent, for touch_raw_days of lead_sync.settings';
create index if not exists lead_touches_lead_idx on public.lead_touches (lead_id, touched_at) where lead_id is not null;
create index if not exists lead_touches_raw_idx on public.lead_touches (created_at) where raw is not null;
create index if not exists lead_touches_created_at_idx on public.lead_touches (created_at);
create index if not exists lead_touches_form_idx on public.lead_touches (source, created_at) where kind = 'form';
create index if not exists lead_touches_missed_idx on public.lead_touches (touched_at) where outcome = 'missed';
