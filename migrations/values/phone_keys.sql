-- Phone numbers as leads are looked for by them: the digits of those that are written in full, with their calling code (+ or 00 first; E.164 has 15 digits at
-- most). A number without it, one with an extension, two in one text are nobody's own. For the index on public.leads, as email_keys is, and by its rules.
create or replace function lead_sync.phone_keys(p_phones text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_phone text;
  v_keys text[] := '{}';
begin
  foreach v_phone in array p_phones loop
    if v_phone ~ '^\+[0-9]{8,15}$' then -- most are
      v_keys := v_keys || substr(v_phone, 2);
    elsif v_phone ~* '^([^0-9+a-z]|tel:)*(\+|00)[^+a-z,;/#]+$' then
      v_phone := regexp_replace(regexp_replace(v_phone, '\(0\)|[^0-9]', '', 'g'), '^00', '');
      if length(v_phone) between 8 and 15 then
        v_keys := v_keys || v_phone;
      end if;
    end if;
  end loop;
  return v_keys;
end
$$;
