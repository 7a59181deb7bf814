-- Leads that no try is planned for; one whose row this database does not let be written may have any status. p_kind: dead (refused too often) | held (tombstone, duplicate_of: their e-mail is somebody else's in Twenty).
create or replace function lead_sync.stuck_leads(p_kind text)
returns table (lead_id uuid, reason text, category text, attempts integer, since timestamptz, due_since timestamptz, held_by uuid)
language sql stable set search_path = '' as $$
  select l.id, l.sync_error_message, s.error_category, l.sync_error_count, coalesce(s.error_at, s.due_since), s.due_since, s.held_by
  from public.leads as l
  join lead_sync.lead_states as s on s.lead_id = l.id
  where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and (p_kind = 'held') = (s.held_by is not null)
  union all
  select s.lead_id, s.refusal, s.error_category, s.retries, s.error_at, s.due_since, null
  from lead_sync.lead_states as s
  where s.refusal is not null and s.due_at is null and s.claim_token is null and p_kind = 'dead';
$$;
