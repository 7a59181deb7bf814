-- Deals of a period that are won or lost and whose lead has a score: as it was when the deal was made, where that is known (noted then, or not scored anew since), else the present one.
-- rules: the points of those that fitted; version: by which it was judged; each null where nobody knows.
create or replace function lead_sync.scored_deals(p_from timestamptz, p_to timestamptz)
returns table (won boolean, score numeric, rules jsonb, version integer, is_known boolean)
language plpgsql stable rows 1000 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
  v_version integer := lead_sync.settled_version();
begin
  return query
  select
    d.outcome = 'won', coalesce(s.score, l.lead_score),
    case when s.score is not null then s.rules when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end,
    case
      when s.score is not null then s.version
      when v_version is not null and l.deleted_at is null then v_version
      when l.score_breakdown ->> 'version' ~ '^\d{1,9}$' then (l.score_breakdown ->> 'version')::integer
    end,
    s.score is not null or coalesce((l.score_breakdown ->> 'scored_at')::timestamptz <= d.created_at, false)
  from lead_sync.deals as d
  left join lead_sync.deal_scores as s on s.opportunity_id = d.id
  left join public.leads as l on l.id = d.lead_id
  where d.outcome in ('won', 'lost') and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
    and coalesce(s.score, l.lead_score) is not null;
end
$$;
