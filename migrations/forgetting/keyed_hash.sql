-- The keyed hash of an address or id; null for null.
create or replace function lead_sync.keyed_hash(p_text text) returns bytea
language plpgsql stable strict set search_path = '' as $$
begin
  return (
    select sha256(k.outer_pad || sha256(k.inner_pad || convert_to((lead_sync.email_spellings(p_text))[1], 'UTF8'))) from lead_sync.forgetting_key as k
  );
end
$$;
