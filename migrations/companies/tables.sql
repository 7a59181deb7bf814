-- Companies as an object of their own: who wants them beside leads pulls and pushes the object company. Leads name their company themselves, and need none of this.

create table if not exists public.lead_companies (
  id uuid primary key default gen_random_uuid(),
  twenty_id uuid,
  external_id text constraint lead_companies_external_id_key unique,
  name text,
  domain text,
  linkedin_url text,
  employees integer,
  annual_revenue numeric check (annual_revenue <> 'NaN'),
  currency text check (currency ~ '^[A-Z]{3}$'),
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
alter table public.lead_companies enable row level security;
comment on column public.lead_companies.domain is 'Bare, whatever is written: acme.com. By it, a company that is in both systems is known as one';
comment on column public.lead_companies.annual_revenue is 'In whole units of the currency, exact';
create unique index if not exists lead_companies_twenty_id_key on public.lead_companies (twenty_id) where twenty_id is not null;
create index if not exists lead_companies_domain_idx on public.lead_companies (domain) where twenty_id is null;

insert into lead_sync.objects (adapter, object, row_table, known_by) values ('company', 'company', 'public.lead_companies', 'domain') on conflict do nothing;
