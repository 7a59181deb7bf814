-- Queues leads that are held for the e-mail of a person of this range who is not there any more, or no longer deleted as the hold has it: of a person whom no
-- lead is linked to, nothing else tells. What was held since the read began is left alone.
create or replace function lead_sync.release_unheld(p_records jsonb, p_after uuid, p_through uuid, p_read_started_at timestamptz) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_holders jsonb;
begin
  select jsonb_agg(distinct jsonb_build_object('twenty_id', h.held_by)) into v_holders
  from (
    select s.held_by
    from public.leads as l
    join lead_sync.lead_states as s on s.lead_id = l.id
    where s.held_by > p_after and s.held_by <= p_through and s.error_at < p_read_started_at
      and not exists (
        select from jsonb_array_elements(p_records) as r
        where (r ->> 0)::uuid = s.held_by and (r ->> 3 is not null) = (s.error_category = 'tombstone')
      )
    -- leads that another session works on are left to the next reconciliation: waiting for them here could end in a deadlock
    for no key update of l skip locked
  ) as h;
  perform lead_sync.release_held(v_holders);
end
$$;
