-- Deals of a period that are won or lost and whose lead has a score: as it was when the deal was made, where that is known (noted then, or not scored anew since), else the present one.
create or replace function lead_sync.scored_deals(p_from timestamptz, p_to timestamptz)
returns table (won boolean, score numeric, rules jsonb, is_known boolean)
language plpgsql stable rows 1000 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
  return query
  select
    d.outcome = 'won', coalesce(s.score, l.lead_score),
    coalesce(s.rules, case when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end, '{}'),
    s.score is not null or coalesce((l.score_breakdown ->> 'scored_at')::timestamptz <= d.created_at, false)
  from lead_sync.deals as d
  left join lead_sync.deal_scores as s on s.opportunity_id = d.id
  left join public.leads as l on l.id = d.lead_id
  where d.outcome in ('won', 'lost') and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
    and coalesce(s.score, l.lead_score) is not null;
end
$$;
