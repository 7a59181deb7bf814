-- What attribution needs beside touches and deals: what advertising cost, and what money was worth. Both are empty until somebody fills them.

create table if not exists public.campaign_costs (
  day date not null,
  source text not null check (btrim(source) <> ''),
  campaign text not null default '',
  ad text not null default '',
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount numeric not null check (amount >= 0 and amount < 'Infinity'),
  primary key (day, source, campaign, ad, currency)
);
alter table public.campaign_costs enable row level security;
comment on table public.campaign_costs is 'What advertising cost, by day: source, campaign and ad are spelled as in lead_touches; of campaign and ad, blank is none';
comment on column public.campaign_costs.amount is 'In whole units of the currency, exact';

create table if not exists public.exchange_rates (
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  base text not null check (base ~ '^[A-Z]{3}$'),
  day date not null,
  rate numeric not null check (rate > 0 and rate < 'Infinity'),
  source text not null check (btrim(source) <> ''),
  primary key (base, currency, day),
  constraint exchange_rates_two check (currency <> base)
);
alter table public.exchange_rates enable row level security;
comment on column public.exchange_rates.rate is 'What one unit of currency was worth in base on that day';
comment on column public.exchange_rates.source is 'Where the rate comes from, e.g. ECB reference rates';

-- How a lead scored when its deal was made, from the day of installation on: scores move on, and the score of today would foretell what happened yesterday.
create table if not exists lead_sync.deal_scores (
  opportunity_id uuid primary key references public.opportunities (id) on delete cascade,
  score numeric not null,
  rules jsonb,
  version integer
);
alter table lead_sync.deal_scores enable row level security;
comment on column lead_sync.deal_scores.rules is 'The points of each rule that fitted, as in leads.score_breakdown; null: nobody knows';
comment on column lead_sync.deal_scores.version is 'The published version of the rules by which the lead was judged; null: nobody knows';

-- Since when a lead is qualified, by its status, from the day of installation on: statuses move on, too.
create table if not exists lead_sync.qualified_leads (
  lead_id uuid primary key references public.leads (id) on delete cascade,
  qualified_at timestamptz not null
);
alter table lead_sync.qualified_leads enable row level security;

-- The trend of data quality: what get_data_quality() found, once a month while keep_data_quality of the settings wants it.
create table if not exists lead_sync.data_quality (
  month date not null,
  field text not null,
  source text not null,
  leads integer not null,
  filled integer not null,
  valid integer not null,
  age_days numeric,
  primary key (month, field, source)
);
alter table lead_sync.data_quality enable row level security;
comment on column lead_sync.data_quality.source is 'leads.lead_source; blank: none, *: all';
