-- When the lead of a row is deleted for good, nothing of its values is kept.
create or replace function lead_sync.forget_source_values() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.there := '{}';
  new.here := '{}';
  new.refusal := null;
  return new;
end
$$;
