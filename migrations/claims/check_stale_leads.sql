-- Leads that have been pending for over an hour, and rows of other synced tables: how many, and since when the oldest waits. What waits for its lead or company is not counted: those are. Nor is what waits for a yes, or after a no.
create or replace function public.check_stale_leads() returns table (stale_count bigint, oldest_pending timestamptz)
language sql stable security invoker set search_path = '' as $$
  select count(*), min(w.waiting_since)
  from (
    select least(s.due_since, l.updated_at) as waiting_since
    from public.leads as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where l.sync_status = 'pending' and s.error_category is distinct from 'approval'
    union all
    select s.due_since from lead_sync.lead_states as s where s.adapter <> 'lead' and s.due_at is not null and s.error_category is distinct from 'waits'
  ) as w
  where w.waiting_since < now() - interval '1 hour';
$$;
