-- Gives leads back whose claim ended over ten minutes ago and that no push took over. What was about to be sent stays recorded. Returns how many.
create or replace function lead_sync.release_stale_claims(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_released jsonb;
begin
  perform set_config('lead_sync.engine', 'on', true);
  with stale as materialized (
    select l.id
    from lead_sync.lead_states as s join public.leads as l on l.id = s.lead_id
    where s.claim_token is not null and s.due_at < p_now - interval '10 minutes'
    order by l.id
    limit 10000
    for no key update of l, s skip locked
  ),
  free as (
    update lead_sync.lead_states as s set claim_token = null, lease = null from stale as t where s.lead_id = t.id
  )
  select jsonb_agg(jsonb_build_object('lead_id', t.id, 'sync_status', 'pending')) into v_released from stale as t;
  perform lead_sync.write_or_split('mark', v_released);
  perform set_config('lead_sync.engine', 'off', true);
  return coalesce(jsonb_array_length(v_released), 0);
end
$$;
