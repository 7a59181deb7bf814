-- By how little a lead of another source is told apart: 0: not by its phone number, for it has an ID or an e-mail, or no number that is somebody's own; 1: by number and
-- name; 2: by the number alone.
create or replace function lead_sync.known_by_phone(p_lead jsonb) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_lead ->> 'id' is not null or lead_sync.email_key(p_lead ->> 'email') is not null or lead_sync.phone_key(p_lead ->> 'phone') is null then 0
    when lead_sync.person_name(p_lead ->> 'first_name', p_lead ->> 'last_name') is not null then 1
    else 2
  end;
end
$$;
