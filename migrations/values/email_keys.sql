-- E-mail addresses as they are looked for: for the index on public.leads. It runs with the rights of whoever writes a lead with other addresses, a site's form included:
-- everybody may execute it, and it names nothing of this schema, which they may not use.
create or replace function lead_sync.email_keys(p_emails text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return array(select nullif(lower(normalize(regexp_replace(e, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)), '') from unnest(p_emails) as e);
end
$$;
