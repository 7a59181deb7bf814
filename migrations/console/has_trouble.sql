-- Whether a lead is one of: waiting, held, failed, conflict (an open one), left_out, duplicates (it may be one person with another).
create or replace function lead_sync.has_trouble(p_lead public.leads, p_filter text) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return case p_filter
    when 'waiting' then p_lead.sync_status in ('pending', 'syncing')
    when 'left_out' then p_lead.left_out <> '{}'
    when 'held' then exists (select from lead_sync.lead_states as s where s.lead_id = p_lead.id and s.held_by is not null)
    when 'failed' then exists (
      select from lead_sync.lead_states as s
      where s.lead_id = p_lead.id and s.held_by is null and (s.refusal is not null or p_lead.sync_status = 'error')
    )
    when 'conflict' then exists (select from public.lead_sync_conflicts as c where c.lead_id = p_lead.id and c.resolved_at is null)
    when 'duplicates' then
      exists (select from lead_sync.duplicate_pairs as p where p.lead_a = p_lead.id and p.decided is null)
      or exists (select from lead_sync.duplicate_pairs as p where p.lead_b = p_lead.id and p.decided is null)
  end;
end
$$;
