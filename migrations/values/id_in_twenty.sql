-- The id that a lead, or a row of another object, is created with in Twenty: its own; where Twenty takes none of its kind (versions 1 to 5 are taken), a UUID in the form of version 5 from a hash of it.
-- The node has the same (derived-id.ts), for leads that do not come from here; own_id_of finds the way back.
create or replace function lead_sync.id_in_twenty(p_id uuid) returns uuid
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return case
    when p_id::text ~ '^.{14}[1-5].{4}[89ab]' then p_id
    else overlay(overlay(md5('lead ' || p_id) placing '5' from 13) placing '8' from 17)::uuid
  end;
end
$$;
