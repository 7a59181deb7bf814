-- A lead as a message may name it: initials and masked e-mail, or its id where it has neither.
create or replace function lead_sync.mask_lead(p_lead public.leads) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(
    nullif(concat_ws(
      ' ', left(lead_sync.clean(p_lead.first_name), 1) || '.', left(lead_sync.clean(p_lead.last_name), 1) || '.',
      '(' || lead_sync.mask_text(lead_sync.clean(p_lead.email)) || ')'
    ), ''),
    p_lead.id::text
  )
$$;
