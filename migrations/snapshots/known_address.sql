-- The address under which Twenty knew a lead's person last, in small letters; the lead's own where it never did.
create or replace function lead_sync.known_address(p_lead public.leads) returns text
language sql stable set search_path = '' as $$
  select lead_sync.email_key(coalesce((select s.base_remote ->> 'email' from lead_sync.lead_states as s where s.lead_id = p_lead.id), p_lead.email))
$$;
