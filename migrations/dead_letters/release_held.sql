-- Leads that were held because of a person in Twenty are due again once that person is restored, deleted, gone or has another e-mail.
-- p_people: [{twenty_id, email, deleted}] as Twenty holds them; the leads that they hold are locked by the caller.
create or replace function lead_sync.release_held(p_people jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_marks jsonb;
begin
  with freed as materialized (
    select s.lead_id
    from jsonb_to_recordset(p_people) as p (twenty_id uuid, email text, deleted boolean)
    join lead_sync.lead_states as s on s.held_by = p.twenty_id
    join public.leads as l on l.id = s.lead_id
    where l.sync_status = 'error' and s.due_at is null and s.claim_token is null
      and (p.deleted <> (s.error_category = 'tombstone') or not lead_sync.is_same('email', to_jsonb(p.email), to_jsonb(l.email)))
  ),
  queue as (
    update lead_sync.lead_states as s set due_at = clock_timestamp(), held_by = null from freed as f where s.lead_id = f.lead_id
  )
  select jsonb_agg(jsonb_build_object('lead_id', f.lead_id, 'sync_status', 'pending', 'error', null)) into v_marks from freed as f;
  perform lead_sync.write_or_split('mark', v_marks);
end
$$;
