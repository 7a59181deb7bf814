-- By which statuses, in small letters, a lead is qualified: that, or what comes after it.
create or replace function lead_sync.qualified_statuses() returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array['qualified', 'sql', 'opportunity', 'customer', 'won'];
end
$$;
