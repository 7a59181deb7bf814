-- "1 lead was", "12 leads were", "10,000 or more leads were".
create or replace function lead_sync.count_leads(p_count numeric, p_one text, p_many text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_count = 1 then '1 lead ' || p_one
    when p_count >= 10000 then '10,000 or more leads ' || p_many
    else p_count || ' leads ' || p_many
  end
$$;
