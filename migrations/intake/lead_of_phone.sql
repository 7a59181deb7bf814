-- The lead that a phone number names, for somebody whom neither an ID nor an e-mail does: of the live leads that have the number and no other name, the only one; of
-- several, the first of those that have no e-mail, so that a number which many share makes one lead more, once. Null when there is none.
--   p_phone      as phone_key has it
--   p_name       as person_name has it; null is no other name, here or there
--   p_has_email  an e-mail that no lead has: it completes the only lead, where that one has none
create or replace function lead_sync.lead_of_phone(p_phone text, p_name text, p_has_email boolean) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_ids uuid[];
  v_without_email uuid[];
begin
  select array_agg(l.id), array_agg(l.id order by l.created_at, l.id) filter (where lead_sync.email_key(l.email) is null) into v_ids, v_without_email
  from public.leads as l
  where (l.phone is not null or l.additional_phones <> '{}') and lead_sync.phone_keys(array_append(l.additional_phones, l.phone)) @> array[p_phone]
    and l.deleted_at is null
    and (p_name is null or coalesce(lead_sync.person_name(l.first_name, l.last_name), p_name) = p_name);
  return case
    when cardinality(v_ids) > 1 and p_has_email then null
    when cardinality(v_ids) > 1 or p_has_email then v_without_email[1]
    else v_ids[1]
  end;
end
$$;
