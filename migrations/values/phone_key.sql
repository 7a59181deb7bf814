-- The digits of a phone number that is written in full, as phone_keys has it; null for any other.
create or replace function lead_sync.phone_key(p_phone text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (lead_sync.phone_keys(array[p_phone]))[1];
end
$$;
