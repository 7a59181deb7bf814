-- The activities, rows of other synced tables, history, conflicts, tasks, AI answers and the time of having become qualified of a lead become another one's. Of a field that is an open conflict in both, the other one's stays open.
create or replace function lead_sync.hand_over(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform lead_sync.hand_over_activities(p_from, p_to);
  perform lead_sync.hand_over_rows(p_from, p_to);
  update public.lead_sync_history as h set lead_id = p_to where h.lead_id = p_from;
  update lead_sync.history_archive as h set lead_id = p_to where h.lead_id = p_from;
  update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
  where c.lead_id = p_from and c.resolved_at is null
    and exists (select from public.lead_sync_conflicts as o where o.lead_id = p_to and o.field = c.field and o.resolved_at is null);
  update public.lead_sync_conflicts as c set lead_id = p_to where c.lead_id = p_from;
  update lead_sync.follow_ups as f set lead_id = p_to
  where f.lead_id = p_from and not exists (select from lead_sync.follow_ups as o where o.lead_id = p_to and o.rule_key = f.rule_key);
  update lead_sync.ai_answers as a set lead_id = p_to
  where a.lead_id = p_from and not exists (select from lead_sync.ai_answers as o where o.lead_id = p_to);
  insert into lead_sync.qualified_leads as q (lead_id, qualified_at)
  select p_to, f.qualified_at from lead_sync.qualified_leads as f where f.lead_id = p_from
  on conflict (lead_id) do update set qualified_at = least(q.qualified_at, excluded.qualified_at);
end
$$;
