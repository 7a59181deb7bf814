-- After rows were inserted: their states, due at once unless the sync wrote them.
create or replace function lead_sync.note_leads_inserted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    return null;
  end if;
  insert into lead_sync.lead_states (lead_id, due_at, due_since, changed_at)
  select n.id, clock_timestamp(), clock_timestamp(),
    (select coalesce(jsonb_object_agg(k, clock_timestamp()), '{}') from jsonb_object_keys(lead_sync.lead_values(n)) as k)
  from new_leads as n
  on conflict (lead_id) do nothing;
  return null;
end
$$;
