-- Whether a text is a UUID.
create or replace function lead_sync.is_uuid(p_text text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
end
$$;
