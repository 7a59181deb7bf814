-- Whether what Twenty has of a person waits for a yes, or no was said to it: nothing that a reconciliation is to repair. p_version: updatedAt; null: the person is gone.
create or replace function lead_sync.is_asked_about(p_twenty_id uuid, p_version timestamptz) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return exists (
    select from lead_sync.approval_items as i join lead_sync.approvals as a on a.id = i.approval_id
    where i.twenty_id = p_twenty_id and i.version is not distinct from p_version and a.side = 'supabase' and a.decision is distinct from 'yes'
  );
end
$$;
