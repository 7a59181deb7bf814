-- Scores leads by a published version and writes them. The caller has locked the leads; the engine is on. Returns how many scores changed.
-- A refused lead (sync_status error) is not tried again for the sake of a score: it goes out with the rest once the lead is corrected or replayed.
create or replace function lead_sync.write_scores(p_lead_ids uuid[], p_state lead_sync.scoring_state) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads public.leads[];
  v_changed uuid[];
  v_due uuid[];
begin
  select array_agg(l) into v_leads
  from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
  where l.deleted_at is null;

  perform set_config('lead_sync.prepared', 'on', true);
  with weighed as materialized (
    select w.* from lead_sync.weigh_leads(v_leads, p_state.version) as w
  ),
  write_leads as (
    update public.leads as l set
      lead_score = w.score,
      score_breakdown = w.breakdown,
      score_epoch = p_state.epoch,
      rescore_at = w.next_at,
      updated_at = clock_timestamp(),
      sync_status = case when w.score is distinct from w.score_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
    from weighed as w
    where l.id = w.lead_id
  )
  select array_agg(w.lead_id), array_agg(w.lead_id) filter (where w.status_before <> 'error')
  into v_changed, v_due
  from weighed as w
  where w.score is distinct from w.score_before;
  perform set_config('lead_sync.prepared', 'off', true);
  perform lead_sync.queue_assessed(v_due, 'lead_score');

  if cardinality(p_lead_ids) > coalesce(cardinality(v_leads), 0) then
    update public.leads as l set score_epoch = p_state.epoch, rescore_at = null
    from unnest(p_lead_ids) as i (id)
    where l.id = i.id and l.deleted_at is not null;
  end if;
  return coalesce(cardinality(v_changed), 0);
end
$$;
