-- After opportunities were written: each move between stages, and where a new one stands, or one whose stage a sync tells for the first time. Of what comes from Twenty, when and by whom the record says it was changed last.
create or replace function lead_sync.note_stages() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
  v_is_synced boolean := lead_sync.engine_is_writing();
  v_records jsonb := coalesce(nullif(current_setting('lead_sync.records', true), ''), '{}');
begin
  if tg_op = 'INSERT' then
    insert into public.opportunity_stages (opportunity_id, to_stage, moved_at, moved_by)
    select n.id, n.stage, coalesce((v_records -> n.id::text ->> 'changed_at')::timestamptz, clock_timestamp()),
      case when v_is_synced then v_records -> n.id::text ->> 'changed_by' else lead_sync.actor() end
    from new_rows as n
    where n.stage is not null;
  else
    insert into public.opportunity_stages (opportunity_id, from_stage, to_stage, moved_at, moved_by)
    select n.id, coalesce(o.stage, case when not v_is_synced or exists (select from public.opportunity_stages as h where h.opportunity_id = n.id) then '' end), n.stage,
       coalesce((v_records -> n.id::text ->> 'changed_at')::timestamptz, clock_timestamp()),
      case when v_is_synced then v_records -> n.id::text ->> 'changed_by' else lead_sync.actor() end
    from new_rows as n join old_rows as o on o.id = n.id
    where n.stage is distinct from o.stage;
  end if;
  return null;
end
$$;
