-- How countries are written in leads, in small letters: names, codes, short forms. country is the ISO 3166 alpha-2 code.
create table if not exists public.country_names (
  name text primary key check (name = lower(btrim(name)) and name <> ''),
  country text not null check (country ~ '^[A-Z]{2}$')
);
alter table public.country_names enable row level security;

-- First digits of a phone number with its calling code, without +: the longest that fits tells the country.
create table if not exists public.phone_prefixes (
  prefix text primary key check (prefix ~ '^[1-9][0-9]{0,6}$'),
  country text not null check (country ~ '^[A-Z]{2}$')
);
alter table public.phone_prefixes enable row level security;

-- Domains of mail services for everybody: an address there says nothing of a company.
create table if not exists public.free_email_domains (
  domain text primary key check (domain = lower(btrim(domain)) and domain like '%_.__%')
);
alter table public.free_email_domains enable row level security;

-- A band starts at from_employees and ends where the next of its scheme starts, so bands cannot overlap.
create table if not exists public.company_size_bands (
  scheme text not null check (btrim(scheme) <> ''),
  from_employees integer not null check (from_employees >= 0),
  band text not null check (btrim(band) <> ''),
  primary key (scheme, from_employees),
  unique (scheme, band)
);
alter table public.company_size_bands enable row level security;

-- The income tier of places. region and postal_prefix may be blank; the longest match wins: postal prefix, then region, then the country alone.
create table if not exists public.geo_income_tiers (
  country text not null check (country ~ '^[A-Z]{2}$'),
  region text not null default '' check (region = lower(btrim(region))),
  postal_prefix text not null default '' check (postal_prefix ~ '^[A-Z0-9]{0,10}$'),
  tier text not null check (btrim(tier) <> ''),
  source text not null check (btrim(source) <> ''),
  year integer not null check (year between 1900 and 2200),
  primary key (country, postal_prefix, region)
);
alter table public.geo_income_tiers enable row level security;
