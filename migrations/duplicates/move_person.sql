-- Gives the person of one lead to another, which has none (or one that is gone), and all that was agreed with them: what differs goes out, and what was left out is looked at
-- anew. The caller holds both locks.
create or replace function lead_sync.move_person(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_twenty_id uuid;
  v_left_out text[];
begin
  select l.twenty_id, array(select jsonb_object_keys(l.left_out)) into v_twenty_id, v_left_out from public.leads as l where l.id = p_from;
  perform set_config('lead_sync.engine', 'on', true);
  update public.leads as l set twenty_id = null, left_out = '{}' where l.id = p_from;
  update public.leads as l set twenty_id = v_twenty_id, left_out = '{}', sync_status = 'pending', sync_error_message = null, sync_error_count = 0 where l.id = p_to;
  update lead_sync.lead_states as s set
    base_local = o.base_local - v_left_out || (
      select coalesce(jsonb_object_agg(k, o.base_remote -> k) filter (where o.base_remote ? k), '{}') from unnest(v_left_out) as k
    ),
    base_remote = o.base_remote, remote_created_at = o.remote_created_at, remote_updated_at = o.remote_updated_at, company_id = o.company_id,
    absent_since = null, gone = false, merged_at = o.merged_at, read_at = o.read_at, intent = o.intent, claim_token = null, lease = null, held_by = null, error_category = null,
    due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp())
  from lead_sync.lead_states as o
  where s.lead_id = p_to and o.lead_id = p_from;
  update lead_sync.lead_states as s set
    base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false, merged_at = null,
    read_at = null, intent = null, claim_token = null, lease = null
  where s.lead_id = p_from;
  perform set_config('lead_sync.engine', 'off', true);
end
$$;
