-- Locks leads, in id order.
create or replace function lead_sync.lock_leads(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  perform from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update;
end
$$;
