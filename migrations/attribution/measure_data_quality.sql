-- How complete, valid and fresh the fields of leads are, by field and lead_source (its first 200 characters; blank: none, as is a lead's own *; *: all), of p_sample leads, spread over all by their random ids.
-- valid: as far as the value itself tells: an e-mail looks like one, a phone has its calling code, a country is in country_names, a size states a number, a link is of LinkedIn, a domain has a dot;
-- of others, anything but a placeholder. age_days: the middle of the days since the field last changed here, else since the lead was made.
create or replace function lead_sync.measure_data_quality(p_sample integer, p_now timestamptz)
returns table (field text, source text, leads integer, filled integer, valid integer, age_days numeric)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
  return query
  with sample as materialized (
    select l.*, coalesce(s.changed_at, '{}') as changed_at, coalesce(nullif(left(btrim(l.lead_source), 200), '*'), '') as from_source
    from (select * from public.leads as k where k.deleted_at is null order by k.id limit p_sample) as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
  ),
  value as (
    select s.from_source, f.field, nullif(btrim(f.value), '') as value, f.fits,
      date_part('epoch', p_now - coalesce((s.changed_at ->> f.field)::timestamptz, s.created_at)) / 86400 as age
    from sample as s
    cross join lateral (values
      ('first_name', s.first_name, true), ('last_name', s.last_name, true),
      ('email', s.email, s.email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'),
      ('phone', s.phone, s.phone ~ '^[^0-9+]*(\+|00)' and length(regexp_replace(s.phone, '[^0-9]', '', 'g')) between 7 and 17),
      ('job_title', s.job_title, true), ('company_name', s.company_name, true), ('company_domain', s.company_domain, s.company_domain ~ '^[^@[:space:]]+\.[^@[:space:]]+$'),
      ('company_size', s.company_size, s.company_employees is not null), ('city', s.city, true), ('region', s.region, true),
      ('country', s.country, s.country is not null and lead_sync.country_code(s.country) is not null), ('postal_code', s.postal_code, true),
      ('linkedin_url', s.linkedin_url, s.linkedin_url ~* '^(https?://)?([a-z]{2,3}\.)?linkedin\.com/.'), ('lead_status', s.lead_status, true)
    ) as f (field, value, fits)
  )
  select
    v.field, case when grouping(v.from_source) = 1 then '*' else v.from_source end, count(*)::integer, count(v.value)::integer,
    (count(*) filter (where v.value is not null and v.fits and lower(v.value) not in ('n/a', 'na', 'none', 'null', 'unknown', 'test', '-', '--', '.', 'x', 'xxx', '?')))::integer,
    round((percentile_cont(0.5) within group (order by v.age) filter (where v.value is not null))::numeric, 1)
  from value as v
  group by grouping sets ((v.field, v.from_source), (v.field));
end
$$;
