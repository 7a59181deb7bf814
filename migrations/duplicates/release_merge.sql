-- Gives back the leads that a merge has claimed: the push compares them anew. The caller holds their locks.
create or replace function lead_sync.release_merge(p_merge lead_sync.merges) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform set_config('lead_sync.engine', 'on', true);
  with freed as (
    update lead_sync.lead_states as s set claim_token = null, lease = null, due_at = clock_timestamp()
    where s.lead_id in (p_merge.keep_id, p_merge.drop_id) and s.claim_token = p_merge.token
    returning s.lead_id
  )
  update public.leads as l set sync_status = 'pending' from freed as f where l.id = f.lead_id and l.sync_status = 'syncing';
  perform set_config('lead_sync.engine', 'off', true);
end
$$;
