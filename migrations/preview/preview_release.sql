-- Makes leads due that what came before in the preview has released: they are held again at each call, as all else is taken back.
create or replace function lead_sync.preview_release(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_marks jsonb;
begin
  with freed as (
    update lead_sync.lead_states as s set due_at = clock_timestamp(), held_by = null
    where s.lead_id = any (p_lead_ids) and s.due_at is null and s.claim_token is null
    returning s.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', f.lead_id, 'sync_status', 'pending', 'error', null)) into v_marks from freed as f;
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.write_or_split('mark', v_marks);
  perform set_config('lead_sync.engine', 'off', true);
end
$$;
