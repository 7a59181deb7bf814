create or replace view public.lead_sync_queue with (security_invoker = on) as
select
  l.id as lead_id, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name, l.email, l.company_name, l.sync_status, l.sync_direction,
  s.due_since, s.due_at as next_attempt_at, s.claim_token is not null as claimed, now() - s.due_since as waiting, l.sync_error_count as attempts,
  l.sync_error_message as last_error
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
where s.due_at is not null and s.adapter = 'lead'
order by s.due_at, s.lead_id;
comment on view public.lead_sync_queue is 'Leads that the push still has to look at, in its order; dead letters and held leads are not among them';
