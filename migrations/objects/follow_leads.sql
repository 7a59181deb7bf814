-- After leads were written: what hangs on them follows, see link_rows, and who got another person is scored anew where rules look at activities. The one hook for all tables that hang on leads.
-- Nested loops: see note_lead_events.
create or replace function lead_sync.follow_leads() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
  v_ids uuid[];
  v_has_rows boolean := exists (select from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead);
  v_looks boolean := tg_op = 'UPDATE' and exists (select from lead_sync.activity_links) and lead_sync.looks_at_activity();
begin
  if not (v_has_rows or v_looks) then
    return null;
  elsif tg_op = 'INSERT' then
    v_ids := array(select n.id from new_leads as n where n.twenty_id is not null);
  else
    v_ids := array(
      select n.id from new_leads as n join old_leads as o on o.id = n.id
      where n.twenty_id is distinct from o.twenty_id or (n.deleted_at is null) <> (o.deleted_at is null)
    );
  end if;
  if v_ids <> '{}' then
    perform lead_sync.link_rows(o.adapter, v_ids) from lead_sync.objects as o where o.of_lead and lead_sync.is_synced(o.adapter);
    if v_looks then
      perform lead_sync.rescore_people(v_ids);
    end if;
  end if;
  return null;
end
$$;
