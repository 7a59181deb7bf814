-- Gives a lead back that this database does not get on with, with the reason. It is tried again like a lead that Twenty refuses, and is a dead letter after as many tries.
-- What may have been sent stays recorded.
--   p_claim_token  only while that claim holds it; null: whoever does
--   p_category     database: its row cannot be written; statement_timeout: it takes too long
--   p_context      {adapter, run_id, sync_type, state_only}; state_only: its row is not even tried
-- Returns {lead_id, ok: false, sync_status, dead, retry_at}; lead_id is null when there is no such lead.
create or replace function lead_sync.refuse_lead(p_lead_id uuid, p_claim_token uuid, p_category text, p_reason text, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_state lead_sync.lead_states;
  v_error text;
begin
  update lead_sync.lead_states as s set
    claim_token = null,
    lease = null,
    retries = s.retries + 1,
    due_at = case when s.retries + 1 < t.max_attempts then clock_timestamp() + lead_sync.backoff(s.retries + 1, t.backoff_first, t.backoff_longest) end,
    due_since = coalesce(s.due_since, clock_timestamp()),
    error_category = p_category,
    error_at = clock_timestamp(),
    refusal = p_reason
  from lead_sync.settings as t
  where s.lead_id = p_lead_id and (p_claim_token is null or s.claim_token = p_claim_token)
  returning s.* into v_state;
  if not found then
    return '{"lead_id": null, "ok": false}';
  end if;

  begin
    if not coalesce((p_context ->> 'state_only')::boolean, false) then
      perform lead_sync.mark_rows(v_state.adapter, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id, 'sync_status', 'error', 'error', p_reason, 'failed', 1)));
    end if;
    perform lead_sync.check_now();
  exception when others or assert_failure then
    -- the row takes nothing at all: then its state alone tells
    get stacked diagnostics v_error = returned_sqlstate;
    if lead_sync.ends_the_call(v_error) then
      raise;
    end if;
  end;
  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message, created_at)
  values (
    p_lead_id, (p_context ->> 'run_id')::uuid, coalesce(p_context ->> 'sync_type', 'manual'), 'supabase_to_twenty', 'error', p_category || ': ' || p_reason, v_state.due_since
  );
  return jsonb_build_object('lead_id', p_lead_id, 'ok', false, 'sync_status', 'error', 'dead', v_state.due_at is null, 'retry_at', v_state.due_at);
end
$$;
