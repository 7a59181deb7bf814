-- What leads of one e-mail have in common, as the index on public.leads has it: neither white space nor invisible characters, composed, in small letters.
create or replace function lead_sync.email_key(p_email text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case when p_email ~ '^[!-~]+$' then lower(p_email) else nullif(lower(normalize(regexp_replace(p_email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)), '') end;
end
$$;
