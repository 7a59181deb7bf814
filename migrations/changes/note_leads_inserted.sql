-- After rows were inserted: their states, due at once unless the sync wrote them. tg_argv: as of note_lead_write.
create or replace function lead_sync.note_leads_inserted() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_adapter text := coalesce(tg_argv[0], 'lead');
begin
  if v_adapter <> 'lead' and exists (select from new_leads as n join lead_sync.lead_states as s on s.lead_id = n.id where s.adapter <> v_adapter) then
    raise exception 'An id of % is that of a lead, or of another synced row', tg_table_name using errcode = 'unique_violation', hint = 'Leave the id to its default.';
  elsif lead_sync.engine_is_writing() then
    return null;
  elsif v_adapter <> 'lead' then
    if lead_sync.is_synced(v_adapter) then
      perform lead_sync.make_states(v_adapter, array(select n.id from new_leads as n));
    end if;
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
