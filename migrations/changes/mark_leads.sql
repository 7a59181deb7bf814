-- Writes how leads stand into their rows. p_items: [{lead_id, sync_status, …}]; what an item does not name stays.
--   error           the message; null: none      count           0: errors count anew
--   sync_direction  of the last change           last_synced_at  when the sides agreed
create or replace function lead_sync.mark_leads(p_items jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  update public.leads as l set
    sync_status = i ->> 'sync_status',
    sync_error_message = case when i ? 'error' then i ->> 'error' else l.sync_error_message end,
    sync_error_count = coalesce((i ->> 'count')::integer, l.sync_error_count),
    sync_direction = coalesce(i ->> 'sync_direction', l.sync_direction),
    last_synced_at = coalesce((i ->> 'last_synced_at')::timestamptz, l.last_synced_at)
  from jsonb_array_elements(p_items) as i
  where l.id = (i ->> 'lead_id')::uuid;
  return '[]';
end
$$;
