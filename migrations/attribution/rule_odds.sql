-- Per rule, how deals end with it and without it, where the lead was judged by it: won and lost of each, odds (won for each lost), their ratio with its 95 % interval (Woolf's, with half a deal
-- added to each of the four counts after Haldane and Anscombe, so that none is 0). enough: at least ten deals with it and ten without, of which ten were won and ten lost.
--   suggested_points  ten for each doubling of the odds, as credit scorecards count; null while there are too few deals or the interval holds 1: no difference is seen. Each rule is looked at
--                     alone: of rules that fit the same leads, each gets the points of all
-- Returns [{rule_key, points of the draft, with: {won, lost}, without: {won, lost}, odds_with, odds_without, odds_ratio, low, high, deals, enough, suggested_points}], surest first.
create or replace function lead_sync.rule_odds(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
  return (
    with deal as materialized (
      select d.won, d.rules, d.version from lead_sync.scored_deals(p_from, p_to) as d where d.rules is not null
    ),
    whole as (
      select d.version, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d group by d.version
    ),
    fitted as materialized (
      select d.version, k.key, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost
      from deal as d cross join jsonb_object_keys(d.rules) as k (key)
      group by d.version, k.key
    ),
    judged as (
      select v.version, r ->> 'rule_key' as key from public.lead_scoring_versions as v cross join jsonb_array_elements(v.rules) as r where (r ->> 'enabled')::boolean
    ),
    summed as (
      select k.key, coalesce(sum(f.won), 0) as won, coalesce(sum(f.lost), 0) as lost,
        coalesce(sum(w.won - coalesce(f.won, 0)) filter (where w.version is null or j.key is not null), 0) as other_won,
        coalesce(sum(w.lost - coalesce(f.lost, 0)) filter (where w.version is null or j.key is not null), 0) as other_lost
      from (select distinct f.key from fitted as f) as k
      cross join whole as w
      left join fitted as f on f.key = k.key and f.version is not distinct from w.version
      left join judged as j on j.key = k.key and j.version = w.version
      group by k.key
    ),
    counted as (
      select s.*, d.points,
        ln((s.won + 0.5) * (s.other_lost + 0.5) / ((s.lost + 0.5) * (s.other_won + 0.5))) as log_ratio,
        sqrt(1 / (s.won + 0.5) + 1 / (s.lost + 0.5) + 1 / (s.other_won + 0.5) + 1 / (s.other_lost + 0.5)) as deviation,
        s.won + s.lost >= 10 and s.other_won + s.other_lost >= 10 and least(s.won + s.other_won, s.lost + s.other_lost) >= 10 as enough
      from summed as s
      left join public.lead_scoring_rules as d on d.rule_key = s.key
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'rule_key', c.key, 'points', c.points, 'with', jsonb_build_object('won', c.won, 'lost', c.lost), 'without', jsonb_build_object('won', c.other_won, 'lost', c.other_lost),
      'odds_with', round(c.won::numeric / nullif(c.lost, 0), 2), 'odds_without', round(c.other_won::numeric / nullif(c.other_lost, 0), 2),
      'odds_ratio', round(exp(c.log_ratio), 2), 'low', round(exp(c.log_ratio - 1.96 * c.deviation), 2), 'high', round(exp(c.log_ratio + 1.96 * c.deviation), 2),
      'deals', c.won + c.lost, 'enough', c.enough,
      'suggested_points', case when c.enough and abs(c.log_ratio) > 1.96 * c.deviation then least(100, greatest(-100, round(10 * c.log_ratio / ln(2.0)))) end
    ) order by abs(c.log_ratio) / c.deviation desc, c.key), '[]')
    from counted as c
  );
end
$$;
