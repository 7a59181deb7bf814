-- Gives leads back unclaimed. p_items: as mark_rows takes them, and {due_at, tried, category, held_by, outside_by}; tried: 1 lengthens the next backoff.
-- p_context: see refuse_lead.
create or replace function lead_sync.release_claims(p_items jsonb, p_context jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  update lead_sync.lead_states as s set
    claim_token = null,
    lease = null,
    due_at = (i ->> 'due_at')::timestamptz,
    due_since = case when i ->> 'sync_status' in ('synced', 'outside') then null else s.due_since end,
    retries = case when i ->> 'sync_status' in ('synced', 'outside') then 0 else s.retries + coalesce((i ->> 'tried')::integer, 0) end,
    error_category = i ->> 'category',
    error_at = case when i ->> 'sync_status' = 'error' then clock_timestamp() end,
    held_by = (i ->> 'held_by')::uuid,
    outside_by = (i ->> 'outside_by')::timestamptz,
    stalls = 0
  from jsonb_array_elements(p_items) as i
  where s.lead_id = (i ->> 'lead_id')::uuid;

  perform lead_sync.write_or_split('mark', p_items, p_context);
end
$$;
