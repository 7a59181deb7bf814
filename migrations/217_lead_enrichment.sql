-- Enrichment: what can be told of a lead from tables that users edit.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- How countries are written in leads, in small letters: names, codes, short forms. country is the ISO 3166 alpha-2 code.
create table if not exists public.country_names (
  name text primary key check (name = lower(btrim(name)) and name <> ''),
  country text not null check (country ~ '^[A-Z]{2}$')
);

-- First digits of a phone number with its calling code, without +: the longest that fits tells the country.
create table if not exists public.phone_prefixes (
  prefix text primary key check (prefix ~ '^[1-9][0-9]{0,6}$'),
  country text not null check (country ~ '^[A-Z]{2}$')
);

-- Domains of mail services for everybody: an address there says nothing of a company.
create table if not exists public.free_email_domains (
  domain text primary key check (domain = lower(btrim(domain)) and domain like '%_.__%')
);

-- A band starts at from_employees and ends where the next of its scheme starts, so bands cannot overlap.
create table if not exists public.company_size_bands (
  scheme text not null check (btrim(scheme) <> ''),
  from_employees integer not null check (from_employees >= 0),
  band text not null check (btrim(band) <> ''),
  primary key (scheme, from_employees),
  unique (scheme, band)
);

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

alter table public.leads add column if not exists company_employees integer;
comment on column public.leads.company_employees is 'The number that company_size states, of a range its middle';

alter table lead_sync.settings add column if not exists company_size_scheme text not null default 'linkedin';
comment on column lead_sync.settings.company_size_scheme is 'Which bands of company_size_bands fill leads.company_size_band: linkedin, eu or your own';

-- Off until somebody turns it on: it needs the field employees on companies, and makes Twenty right about sizes, so that one that only stood here is lost.
insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind, direction, enabled) values
  ('person', 'company_size', 'company.employees', 'text', 'to_supabase', false)
on conflict do nothing;

-- The ISO code of a country as people write it; null when it is not known.
create or replace function lead_sync.country_code(p_country text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (select n.country from public.country_names as n where n.name = lower(btrim(lead_sync.normal_text(p_country), ' .')));
end
$$;

-- The country of a phone number that is written with its calling code (+ or 00 first); null for any other.
create or replace function lead_sync.phone_country(p_phone text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_digits text := case when p_phone ~ '^\s*(\+|00)' then regexp_replace(regexp_replace(p_phone, '^\s*(\+|00)', ''), '[^0-9]', '', 'g') end;
begin
  if v_digits is null then
    return null;
  end if;
  return (
    select p.country from public.phone_prefixes as p
    where p.prefix in (
      left(v_digits, 1), left(v_digits, 2), left(v_digits, 3), left(v_digits, 4), left(v_digits, 5), left(v_digits, 6), left(v_digits, 7)
    )
    order by length(p.prefix) desc
    limit 1
  );
end
$$;

-- How many employees a text states: "250", "1.5K", "1,200 employees", "10,001+"; of a range, "51-200", its middle. Null when it has no number.
create or replace function lead_sync.employees(p_size text) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_plain text := regexp_replace(lower(p_size), '(\d)[,.''\s\u00a0](?=\d{3}(\D|$))', '\1', 'g');
  v_found text[] := regexp_match(v_plain, '(?<!\d)(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?)(?:\s*(?:-|–|—|to)\s*(\d{1,8}(?:[.,]\d{1,2}(?=\s?k))?)(?!\d)\s?(k?))?');
  v_from integer := replace(v_found[1], ',', '.')::numeric * case v_found[2] when 'k' then 1000 else 1 end;
  v_to integer := replace(v_found[3], ',', '.')::numeric * case v_found[4] when 'k' then 1000 else 1 end;
begin
  return case when v_to > v_from then v_from + (v_to - v_from) / 2 else v_from end;
exception when numeric_value_out_of_range then
  return null;
end
$$;

-- The band of a company size in the scheme of the settings; a band's own name is taken as it is.
create or replace function lead_sync.size_band(p_size text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_employees integer;
begin
  if p_size is null or btrim(p_size) = '' then
    return null;
  end if;
  v_employees := lead_sync.employees(p_size);
  return (
    select b.band
    from public.company_size_bands as b
    where b.scheme = (select s.company_size_scheme from lead_sync.settings as s)
      and (lower(b.band) = lower(btrim(p_size)) or b.from_employees <= v_employees)
    order by lower(b.band) = lower(btrim(p_size)) desc, b.from_employees desc
    limit 1
  );
end
$$;

-- The income tier of a place: the longest match of geo_income_tiers.
create or replace function lead_sync.income_tier(p_country text, p_region text, p_postal_code text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_country text := case when p_country is not null then lead_sync.country_code(p_country) end;
  v_postal text;
begin
  if v_country is null then
    return null;
  end if;
  v_postal := upper(regexp_replace(coalesce(p_postal_code, ''), '[^A-Za-z0-9]', '', 'g'));
  return (
    select t.tier
    from public.geo_income_tiers as t
    where t.country = v_country
      and t.postal_prefix in (
        '', left(v_postal, 1), left(v_postal, 2), left(v_postal, 3), left(v_postal, 4), left(v_postal, 5), left(v_postal, 6), left(v_postal, 7),
        left(v_postal, 8), left(v_postal, 9), left(v_postal, 10)
      )
      and t.region in ('', lower(btrim(p_region)))
    order by length(t.postal_prefix) desc, t.region = ''
    limit 1
  );
end
$$;

-- The day at the start of a text (2026-03-31 or 2026-03-31T09:00:00Z), midnight UTC; null when there is none. Never raises: 2026-02-31 is 2026-03-03.
create or replace function lead_sync.day_in(p_text text) returns timestamptz
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_text ~ '^\s*[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' then
      (make_date(substr(btrim(p_text), 1, 4)::integer, substr(btrim(p_text), 6, 2)::integer, 1) + substr(btrim(p_text), 9, 2)::integer - 1)::timestamp
        at time zone 'UTC'
  end;
end
$$;

-- Loads income tiers from CSV with the header country,region,postal_prefix,tier,source,year; region and postal_prefix may be empty, values may stand in double quotes.
-- country is an ISO code or a name of country_names. A place that is there already takes the new tier; p_replace first takes out all others.
-- Returns {loaded, rejected: [{line, reason}]}: bad lines are reported, the others land. Raises 22023 without the header.
create or replace function public.load_geo_income_tiers(p_csv text, p_replace boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_rejected jsonb;
  v_loaded integer;
begin
  if lower(regexp_replace(split_part(coalesce(p_csv, ''), e'\n', 1), '[\s"\uFEFF]', '', 'g')) <> 'country,region,postal_prefix,tier,source,year' then
    raise exception 'The first line must be country,region,postal_prefix,tier,source,year' using errcode = '22023', hint = 'Add the header, or put the columns into this order.';
  end if;
  if p_replace then
    delete from public.geo_income_tiers as t where true;
  end if;

  with line as materialized (
    select l.ordinality as no, array(
      select btrim(replace(regexp_replace(m[1], '^"(.*)"$', '\1'), '""', '"'))
      from regexp_matches(btrim(l.text, e' \r') || ',', '\s*("(?:[^"]|"")*"|[^,"]*)\s*,', 'g') with ordinality as f (m, no)
      order by f.no
    ) as field
    from regexp_split_to_table(p_csv, e'\n') with ordinality as l (text, ordinality)
    where l.ordinality > 1 and btrim(l.text, e' \r') <> ''
  ),
  read as materialized (
    select
      l.no, cardinality(l.field) as fields, coalesce(lead_sync.country_code(l.field[1]), upper(l.field[1])) as country, lower(l.field[2]) as region,
      upper(regexp_replace(l.field[3], '[^A-Za-z0-9]', '', 'g')) as postal_prefix, l.field[4] as tier, l.field[5] as source, l.field[6] as year
    from line as l
  ),
  judged as materialized (
    select r.*, row_number() over (partition by r.country, r.postal_prefix, r.region order by r.no desc) > 1 as repeated, case
      when r.fields <> 6 then 'has ' || r.fields || ' values where 6 are expected'
      when r.country !~ '^[A-Z]{2}$' then 'country "' || r.country || '" is neither an ISO code nor in country_names'
      when length(r.postal_prefix) > 10 then 'postal_prefix is longer than 10 characters'
      when r.tier = '' then 'tier is empty'
      when r.source = '' then 'source is empty: say where the tier comes from'
      when r.year !~ '^(19|20|21)[0-9]{2}$' then 'year "' || r.year || '" is not a year'
    end as problem
    from read as r
  ),
  loaded as (
    insert into public.geo_income_tiers (country, region, postal_prefix, tier, source, year)
    select j.country, j.region, j.postal_prefix, j.tier, j.source, j.year::integer from judged as j where j.problem is null and not j.repeated
    on conflict (country, postal_prefix, region) do update set tier = excluded.tier, source = excluded.source, year = excluded.year
    returning 1
  )
  select
    (select count(*) from loaded),
    coalesce(jsonb_agg(
      jsonb_build_object('line', j.no, 'reason', coalesce(j.problem, 'the same place comes again later')) order by j.no
    ) filter (where j.problem is not null or j.repeated), '[]')
  into v_loaded, v_rejected
  from judged as j;
  return jsonb_build_object('loaded', v_loaded, 'rejected', v_rejected);
end
$$;

alter table public.country_names enable row level security;
alter table public.phone_prefixes enable row level security;
alter table public.free_email_domains enable row level security;
alter table public.company_size_bands enable row level security;
alter table public.geo_income_tiers enable row level security;
revoke all on public.country_names, public.phone_prefixes, public.free_email_domains, public.company_size_bands, public.geo_income_tiers
  from public, anon, authenticated;
grant select, insert, update, delete
  on public.country_names, public.phone_prefixes, public.free_email_domains, public.company_size_bands, public.geo_income_tiers
  to service_role;
revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.load_geo_income_tiers(text, boolean) from public, anon, authenticated;
grant execute on function public.load_geo_income_tiers(text, boolean) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
