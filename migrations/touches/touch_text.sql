-- The one text that a touch is known by where it is locked, and when its person is forgotten: keyed_hash takes letters of any case for the same, and ids of sources are not.
create or replace function lead_sync.touch_text(p_source text, p_external_id text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return encode(sha256(convert_to(p_source || e'\n' || p_external_id, 'UTF8')), 'hex');
end
$$;
