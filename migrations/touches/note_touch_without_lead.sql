-- What a touch says of a person goes with their lead.
create or replace function lead_sync.note_touch_without_lead() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
  new.raw := null;
  new.landing_page := null;
  return new;
end
$$;
