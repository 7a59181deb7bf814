-- Which search finds a lead, the first of: 1 name, 2 last name (other words anywhere in the name), 3 e-mail, each by its beginning, 4 phone; null: none.
--   p_query  in small letters, one space between words     p_phone  as phone_keys has numbers, or null
create or replace function lead_sync.found_by(p_lead public.leads, p_query text, p_phone text) returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_name text := lower(left(p_lead.first_name || coalesce(' ' || p_lead.last_name, ''), 80));
  v_last_name text := lower(left(p_lead.last_name, 80));
  v_words text[] := string_to_array(p_query, ' ');
begin
  return case
    when starts_with(v_name, left(p_query, 80)) then 1
    when starts_with(v_last_name, left(v_words[1], 80)) and not exists (
      select from unnest(v_words[2:]) as w where strpos(' ' || coalesce(v_name, v_last_name), ' ' || w) = 0
    ) then 2
    when starts_with(lead_sync.email_key(p_lead.email), p_query) then 3
    when p_phone is not null and p_phone = any (lead_sync.phone_keys(array_append(p_lead.additional_phones, p_lead.phone))) then 4
  end;
end
$$;
