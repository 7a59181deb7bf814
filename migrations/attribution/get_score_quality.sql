-- Whether scores foretell which deals are won: of the deals made from p_from until before p_to (null: all) that are won or lost and have a scored lead.
-- Returns {deals, won, lost, win_percent, scores: {known: as when the deal was made, present}, enough, sentence, deciles: [{decile, from, to, deals, won, win_percent, lift}],
-- auc: {value, low, high, method} or null, rules: as rule_odds, segments}.
--   deciles  of the deals by score, 10 the highest tenth; equal scores stay together, so that tenths may be unequal or missing. lift: how often it wins for each time that all do
--   auc      the chance that of a won and a lost deal the won one scored higher, ties half; its 95 % interval is Hanley and McNeil's (Radiology 143, 1982). Where scores part all won deals from all
--            lost ones that would have no width: there it is Clopper and Pearson's of as many pairs as there are deals of the rarer outcome
--   enough   ten won and ten lost deals at least: fewer, and chance alone makes such figures
--   segments {judged, agreed, agreed_percent, by_segment: [{segment, judged, agreed}]}: of what AI answered for leads whose segment somebody set by hand, how often they are the same. AI is not
--            asked again after that, so that its last answer is the one that was judged
create or replace function public.get_score_quality(p_from timestamptz default null, p_to timestamptz default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_won numeric;
  v_lost numeric;
  v_known bigint;
  v_deciles jsonb;
  v_auc numeric;
  v_deviation numeric;
  v_low numeric;
  v_high numeric;
begin
  with deal as materialized (
    select d.won, d.score, d.is_known from lead_sync.scored_deals(p_from, p_to) as d
  ),
  value as (
    select d.score, count(*) filter (where d.won) as won, count(*) filter (where not d.won) as lost from deal as d group by d.score
  ),
  ranked as (
    select v.*, sum(v.won + v.lost) over below - v.won - v.lost as deals_below, sum(v.lost) over below - v.lost as lost_below, sum(v.won + v.lost) over () as deals,
      sum(v.won) over () as all_won
    from value as v
    window below as (order by v.score)
  ),
  decile as (
    select 1 + floor(10 * r.deals_below / r.deals) as decile, min(r.score) as low, max(r.score) as high, sum(r.won + r.lost) as deals, sum(r.won) as won, max(r.all_won / r.deals) as rate
    from ranked as r
    group by 1
  )
  select
    sum(r.won), sum(r.lost), (select count(*) from deal as d where d.is_known), sum(r.won * (r.lost_below + r.lost / 2.0)) / nullif(sum(r.won) * sum(r.lost), 0),
    (
      select jsonb_agg(jsonb_build_object(
        'decile', d.decile, 'from', d.low, 'to', d.high, 'deals', d.deals, 'won', d.won, 'win_percent', round(100 * d.won / d.deals, 1),
        'lift', round(d.won / d.deals / nullif(d.rate, 0), 2)
      ) order by d.decile desc)
      from decile as d
    )
  into v_won, v_lost, v_known, v_auc, v_deciles
  from ranked as r;
  v_won := coalesce(v_won, 0);
  v_lost := coalesce(v_lost, 0);
  v_deviation := sqrt(greatest(0,
    v_auc * (1 - v_auc) + (v_won - 1) * (v_auc / (2 - v_auc) - v_auc ^ 2) + (v_lost - 1) * (2 * v_auc ^ 2 / (1 + v_auc) - v_auc ^ 2)
  ) / nullif(v_won * v_lost, 0));
  v_low := case when v_auc = 1 then power(0.025, 1 / least(v_won, v_lost)) else greatest(0, v_auc - 1.96 * v_deviation) end;
  v_high := case when v_auc = 0 then 1 - power(0.025, 1 / least(v_won, v_lost)) else least(1, v_auc + 1.96 * v_deviation) end;

  return jsonb_build_object(
    'deals', v_won + v_lost, 'won', v_won, 'lost', v_lost, 'win_percent', round(100 * v_won / nullif(v_won + v_lost, 0), 1),
    'scores', jsonb_build_object('known', v_known, 'present', v_won + v_lost - v_known),
    'enough', least(v_won, v_lost) >= 10,
    'sentence', case
      when least(v_won, v_lost) < 10 then
        format('%s won and %s lost deals have a scored lead: too few to judge the scores by. Ten of each are the least, and with fewer than a hundred intervals are wide.', v_won, v_lost)
      when v_low > 0.5 then 'Leads that scored higher were won more often.'
      when v_high < 0.5 then 'Leads that scored higher were lost more often: the rules point the wrong way.'
      else 'No difference is seen between won and lost deals by their scores.'
    end,
    'deciles', coalesce(v_deciles, '[]'),
    'auc', case when v_auc is not null then jsonb_build_object(
      'value', round(v_auc, 3), 'low', round(v_low, 3), 'high', round(v_high, 3),
      'method', case when v_auc in (0, 1) then 'Clopper–Pearson, 95 %' else 'Hanley–McNeil, 95 %' end
    ) end,
    'rules', lead_sync.rule_odds(p_from, p_to),
    'segments', (
      select jsonb_build_object(
        'judged', coalesce(sum(g.judged), 0), 'agreed', coalesce(sum(g.agreed), 0), 'agreed_percent', round(100.0 * sum(g.agreed) / sum(g.judged), 1),
        'by_segment', coalesce(jsonb_agg(jsonb_build_object('segment', g.segment_name, 'judged', g.judged, 'agreed', g.agreed) order by g.judged desc, g.segment_name), '[]')
      )
      from (
        select s.segment_name, count(*) as judged, count(*) filter (where l.segment_id = a.segment_id) as agreed
        from lead_sync.ai_answers as a
        join public.leads as l on l.id = a.lead_id and l.segment_source = 'human' and l.deleted_at is null
        join public.customer_segments as s on s.id = a.segment_id
        group by s.segment_name
      ) as g
    )
  );
end
$$;
