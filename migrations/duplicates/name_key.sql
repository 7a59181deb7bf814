-- A name of a person or a company to compare with others: small letters without accents, words parted by one space, at most 100 characters. Null for a blank.
create or replace function lead_sync.name_key(p_name text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return nullif(btrim(left(regexp_replace(
    case when p_name ~ '^[ -~]*$' then lower(p_name) else lower(regexp_replace(normalize(lead_sync.normal_text(left(p_name, 1000)), nfd), '[\u0300-\u036f]', '', 'g')) end,
    '[^a-z0-9\u0080-\uffff]+', ' ', 'g'
  ), 100)), '');
end
$$;
