-- Queues leads for a fresh compare with Twenty, which finds out what is right; equal ones return to synced without a write. Returns how many.
create or replace function lead_sync.queue_leads(p_lead_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_queued jsonb;
begin
  perform set_config('lead_sync.engine', 'on', true);
  with chosen as materialized (
    select l.id from public.leads as l where l.id = any (p_lead_ids) order by l.id for no key update of l skip locked
  ),
  queued as (
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
    select c.id, clock_timestamp(), clock_timestamp() from chosen as c
    on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
      where s.claim_token is null or s.due_at is null
    returning s.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) into v_queued from queued as q;
  perform lead_sync.write_or_split('mark', v_queued);
  perform set_config('lead_sync.engine', 'off', true);
  return coalesce(jsonb_array_length(v_queued), 0);
end
$$;
