-- Leads whose status contradicts the queue, and leads without a sync state; up to 10,000.
create or replace function lead_sync.impossible_leads() returns table (lead_id uuid, stateless boolean)
language sql stable set search_path = '' as $$
  select l.id, s.lead_id is null
  from public.leads as l
  left join lead_sync.lead_states as s on s.lead_id = l.id
  where l.sync_status in ('pending', 'syncing')
    and (s.lead_id is null or s.due_at is null or (l.sync_status = 'syncing' and s.claim_token is null)) and s.refusal is null
  union
  select l.id, false
  from lead_sync.lead_states as s
  join public.leads as l on l.id = s.lead_id
  where s.due_at is not null and l.sync_status in ('synced', 'outside') and s.refusal is null
  union
  select l.id, true
  from public.leads as l
  where l.sync_status in ('synced', 'outside', 'error') and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id)
  limit 10000;
$$;
