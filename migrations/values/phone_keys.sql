-- Phone numbers as leads are looked for by them: the digits of those that are written in full, with their calling code (+ or 00 first; E.164 has 15 digits at
-- most). A number without it, one with an extension, two in one text are nobody's own. For the index on public.leads, as email_keys is, and by its rules.
create or replace function lead_sync.phone_keys(p_phones text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return array(
    select d.digits
    from unnest(p_phones) as p (phone)
    cross join lateral (select regexp_replace(regexp_replace(p, '\(0\)|[^0-9]', '', 'g'), '^00', '') as digits) as d
    where p ~* '^([^0-9+a-z]|tel:)*(\+|00)[^+a-z,;/#]+$' and length(d.digits) between 8 and 15
  );
end
$$;
