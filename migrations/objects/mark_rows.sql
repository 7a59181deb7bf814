-- Writes how rows stand. p_items: [{lead_id, sync_status, …}], lead_id being the id of whatever row it is; what an item does not name stays.
--   error           the message; null: none      count           of errors; failed: 1, one more
--   sync_direction  of the last change           last_synced_at  when the sides agreed
--   twenty_id       of the record                left_out        fields that Twenty did not get
create or replace function lead_sync.mark_rows(p_adapter text, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    update {table} as l set
      sync_status = i ->> 'sync_status',
      sync_error_message = case when i ? 'error' then i ->> 'error' else l.sync_error_message end,
      sync_error_count = coalesce((i ->> 'count')::integer, l.sync_error_count + coalesce((i ->> 'failed')::integer, 0)),
      sync_direction = coalesce(i ->> 'sync_direction', l.sync_direction),
      last_synced_at = coalesce((i ->> 'last_synced_at')::timestamptz, l.last_synced_at),
      twenty_id = coalesce((i ->> 'twenty_id')::uuid, l.twenty_id),
      left_out = coalesce(i -> 'left_out', l.left_out)
    from jsonb_array_elements($1) as i
    where l.id = (i ->> 'lead_id')::uuid
  $sql$) using p_items;
  return '[]';
end
$$;
