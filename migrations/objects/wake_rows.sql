-- Makes rows due at once that waited for the person of their lead, and wait no more.
create or replace function lead_sync.wake_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[] := array(
    select s.lead_id from lead_sync.lead_states as s
    where s.adapter = p_adapter and s.due_at > clock_timestamp() and s.error_category = 'waits' and s.claim_token is null
  );
begin
  if v_ids <> '{}' then
    perform lead_sync.lock_rows(p_adapter, v_ids);
    update lead_sync.lead_states as s set due_at = clock_timestamp()
    where s.lead_id = any (v_ids) and s.claim_token is null and not lead_sync.rows_without_person(p_adapter, v_ids) ? s.lead_id::text;
  end if;
end
$$;
