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
