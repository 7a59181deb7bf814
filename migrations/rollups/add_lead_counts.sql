-- Adds leads to the counts by status, segment and score, or takes them away. The arrays go side by side: of one status, segment and score so many leads,
-- a negative number for fewer. Of deleted leads only the status is counted. What evens out adds nothing.
create or replace function lead_sync.add_lead_counts(p_statuses text[], p_segments uuid[], p_scores numeric[], p_live boolean[], p_leads bigint[]) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.lead_counts (facet, key, leads, scored, score)
  select s.facet, s.key, s.leads, s.scored, s.score
  from (
    select
      case when grouping(w.sync_status) = 0 then 'status' when grouping(w.segment_id) = 0 then 'segment' else 'score' end as facet,
      coalesce(w.sync_status, w.segment_id::text, w.band::text, '') as key,
      case when grouping(w.sync_status) = 0 then sum(w.leads) else sum(w.living) end as leads,
      case when grouping(w.segment_id) = 0 then coalesce(sum(w.living) filter (where w.lead_score is not null), 0) else 0 end as scored,
      case when grouping(w.segment_id) = 0 then coalesce(sum(w.living * w.lead_score), 0) else 0 end as score
    from (
      select u.*, case when u.live then u.leads else 0 end as living, greatest(least(floor(u.lead_score / 10), 9), 0) as band
      from unnest(p_statuses, p_segments, p_scores, p_live, p_leads) as u (sync_status, segment_id, lead_score, live, leads)
    ) as w
    group by grouping sets ((w.sync_status), (w.segment_id), (w.band))
  ) as s
  where s.leads <> 0 or s.scored <> 0 or s.score <> 0;
$$;
