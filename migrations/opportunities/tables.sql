-- Deals: as checkouts and trials write them here, and as sales moves them in Twenty. Amounts are exact; stages are the workspace's own.

-- The stages of the workspace, in its order, kept in step with Twenty; what a stage means for revenue is decided here.
create table if not exists public.sales_stages (
  stage text primary key,
  label text,
  position integer,
  outcome text not null default 'open' check (outcome in ('open', 'won', 'lost')),
  removed_at timestamptz,
  option_id text
);
alter table public.sales_stages enable row level security;
comment on column public.sales_stages.stage is 'The value of the option of opportunity.stage in Twenty, e.g. PROPOSAL';
comment on column public.sales_stages.option_id is 'The id of the option in Twenty, which it keeps when its value is renamed';
comment on column public.sales_stages.removed_at is 'Since when Twenty has this stage no more: past deals and history name it still';

create table if not exists public.opportunities (
  id uuid primary key default gen_random_uuid(),
  twenty_id uuid,
  external_id text unique,
  name text,
  amount numeric check (amount <> 'NaN'),
  currency text check (currency ~ '^[A-Z]{3}$'),
  stage text,
  close_date timestamptz,
  lead_id uuid references public.leads (id) on delete set null,
  contact_id uuid,
  company_id uuid,
  owner_id uuid,
  sync_status text not null default 'pending' check (sync_status in ('pending', 'syncing', 'synced', 'error')),
  sync_direction text not null default 'bidirectional'
    check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
  sync_error_message text,
  sync_error_count integer not null default 0,
  left_out jsonb not null default '{}',
  last_synced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
alter table public.opportunities enable row level security;
comment on column public.opportunities.external_id is 'What the system that made it calls it, e.g. the order of a checkout: upserted by it, it comes twice and counts once';
comment on column public.opportunities.amount is 'In whole units of the currency, exact';
comment on column public.opportunities.contact_id is 'The person''s id in Twenty, as long as that person is no lead here: then it becomes lead_id';
comment on column public.opportunities.company_id is 'The company''s id in Twenty, or that of its row in lead_companies';
comment on column public.opportunities.owner_id is 'The workspace member''s id in Twenty';
create unique index if not exists opportunities_twenty_id_key on public.opportunities (twenty_id) where twenty_id is not null;
create index if not exists opportunities_lead_idx on public.opportunities (lead_id) where lead_id is not null;
create index if not exists opportunities_contact_idx on public.opportunities (contact_id) where contact_id is not null;
create index if not exists opportunities_created_at_idx on public.opportunities (created_at);

insert into lead_sync.objects (adapter, object, row_table, of_lead) values ('opportunity', 'opportunity', 'public.opportunities', true) on conflict do nothing;

-- Each move between stages, from the day of installation on; what was known before is one row.
create table if not exists public.opportunity_stages (
  id bigint generated always as identity primary key,
  opportunity_id uuid not null references public.opportunities (id) on delete cascade,
  from_stage text,
  to_stage text,
  moved_at timestamptz not null,
  moved_by text
);
alter table public.opportunity_stages enable row level security;
comment on column public.opportunity_stages.from_stage is 'Blank: it had none; null: the history of the deal begins here';
comment on column public.opportunity_stages.moved_by is 'Who moved it, as far as it is known: of Twenty''s timeline the member, of a write here the database''s role';
create index if not exists opportunity_stages_opportunity_idx on public.opportunity_stages (opportunity_id, moved_at);
