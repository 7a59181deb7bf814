-- The ISO code of a country as people write it; null when it is not known.
create or replace function lead_sync.country_code(p_country text) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (select n.country from public.country_names as n where n.name = lower(btrim(lead_sync.normal_text(p_country), ' .')));
end
$$;
