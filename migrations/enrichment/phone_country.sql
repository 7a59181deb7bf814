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
