-- Adds leads to the counts by status, segment and score, or takes them away. The arrays go side by side: of one status, segment and score so many leads,
-- a negative number for fewer. What evens out adds nothing.
create or replace function lead_sync.add_lead_counts(p_statuses text[], p_segments uuid[], p_scores numeric[], p_leads bigint[]) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.lead_counts (facet, key, leads, scored, score)
  select
    case when grouping(w.sync_status) = 0 then 'status' when grouping(w.segment_id) = 0 then 'segment' else 'score' end,
    coalesce(w.sync_status, w.segment_id::text, w.band::text, ''), sum(w.leads),
    coalesce(sum(w.leads) filter (where w.lead_score is not null), 0) * (1 - grouping(w.segment_id)),
    case when grouping(w.segment_id) = 0 then coalesce(sum(w.leads * w.lead_score), 0) else 0 end
  from (
    select u.*, greatest(least(floor(u.lead_score / 10), 9), 0) as band
    from unnest(p_statuses, p_segments, p_scores, p_leads) as u (sync_status, segment_id, lead_score, leads)
  ) as w
  group by grouping sets ((w.sync_status), (w.segment_id), (w.band))
  having sum(w.leads) <> 0 or (
    grouping(w.segment_id) = 0 and (sum(w.leads) filter (where w.lead_score is not null) <> 0 or sum(w.leads * w.lead_score) <> 0)
  );
$$;
