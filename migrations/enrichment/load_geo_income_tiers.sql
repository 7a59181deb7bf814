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

  with read as materialized (
    select
      l.line as no, cardinality(l.fields) as fields, coalesce(lead_sync.country_code(l.fields[1]), upper(l.fields[1])) as country, lower(l.fields[2]) as region,
      upper(regexp_replace(l.fields[3], '[^A-Za-z0-9]', '', 'g')) as postal_prefix, l.fields[4] as tier, l.fields[5] as source, l.fields[6] as year
    from lead_sync.csv_lines(p_csv) as l
  ),
  judged as materialized (
    select r.*, row_number() over (partition by r.country, r.postal_prefix, r.region order by r.no desc) > 1 as repeated, case
      when r.fields = 0 then 'has a double quote within a value: put the value in double quotes and double those in it'
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
