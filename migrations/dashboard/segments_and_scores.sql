-- Leads and average score by segment, and how the scores spread over tenths.
create or replace function lead_sync.segments_and_scores() returns jsonb
language sql stable set search_path = '' as $$
  with counted as materialized (
    select c.facet, c.key, sum(c.leads) as leads, sum(c.scored) as scored, sum(c.score) as score
    from lead_sync.lead_counts as c
    where c.facet <> 'status'
    group by c.facet, c.key
  )
  select jsonb_build_object(
    'segments', (
      select coalesce(jsonb_agg(
        jsonb_build_object('segment', g.segment_name, 'leads', c.leads, 'average_score', round(c.score / nullif(c.scored, 0), 1))
        order by c.leads desc, g.segment_name
      ), '[]')
      from counted as c
      left join public.customer_segments as g on g.id::text = c.key
      where c.facet = 'segment' and c.leads > 0
    ),
    'scores', (
      select jsonb_agg(jsonb_build_object('from', 10 * b.band, 'to', 10 * b.band + 10, 'leads', coalesce(c.leads, 0)) order by b.band)
      from generate_series(0, 9) as b (band)
      left join counted as c on c.facet = 'score' and c.key = b.band::text
    ),
    'unscored', coalesce((select c.leads from counted as c where c.facet = 'score' and c.key = ''), 0)
  )
$$;
