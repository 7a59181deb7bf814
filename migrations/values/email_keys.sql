-- E-mail addresses as they are looked for: for the index below.
create or replace function lead_sync.email_keys(p_emails text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return array(select lead_sync.email_key(e) from unnest(p_emails) as e);
end
$$;
