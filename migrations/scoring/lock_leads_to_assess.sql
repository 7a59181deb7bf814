-- Locks the leads of one step, in id order where all are waited for; stale ones that another session holds are left to it.
--   p_scope  ids: those of p_lead_ids; all: by id, behind p_position; undecided: the same without a segment; stale: rules, criteria or tables changed since, or time passed
create or replace function lead_sync.lock_leads_to_assess(p_lead_ids uuid[], p_scope text, p_limit integer, p_position uuid) returns uuid[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_epoch integer;
  v_ids uuid[];
  v_rest uuid[];
begin
  if p_scope = 'ids' then
    select array_agg(k.id) into v_ids
    from (select l.id from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id order by l.id for no key update of l) as k;
  elsif p_scope = 'stale' then
    select s.epoch into strict v_epoch from lead_sync.scoring_state as s;
    -- in the index's order, which is the order of the table: a look at every stale lead would cost more with each step
    select array_agg(k.id) into v_ids
    from (
      select l.id from public.leads as l where l.score_epoch < v_epoch order by l.score_epoch limit p_limit for no key update skip locked
    ) as k;
    if coalesce(cardinality(v_ids), 0) < p_limit then
      select array_agg(k.id) into v_rest
      from (
        select l.id from public.leads as l
        where l.rescore_at <= clock_timestamp() and l.score_epoch >= v_epoch
        order by l.rescore_at
        limit p_limit - coalesce(cardinality(v_ids), 0)
        for no key update skip locked
      ) as k;
      v_ids := coalesce(v_ids, '{}') || coalesce(v_rest, '{}');
    end if;
  else
    select array_agg(k.id) into v_ids
    from (
      select l.id from public.leads as l
      where (p_position is null or l.id > p_position) and (p_scope = 'all' or l.segment_id is null) and l.deleted_at is null
      order by l.id
      limit p_limit
      for no key update
    ) as k;
  end if;
  return coalesce(v_ids, '{}');
end
$$;
