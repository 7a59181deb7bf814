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
