-- What the dashboard shows of revenue.
--   p_model  of attribute_revenue(): over the deals of the last 12 months, by source
-- Returns {revenue: null where there is no opportunity, else {model, pipeline: [{stage, label, currency, deals, amount}] of open deals, won: as won_by_month, funnel: as measure_funnel,
-- attribution: as attribute_revenue, score: as get_score_quality without rules and segments}}.
create or replace function public.get_revenue(p_model text default 'linear', p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if not exists (select from public.opportunities as o where o.deleted_at is null) then
    return '{"revenue": null}';
  end if;
  return jsonb_build_object('revenue', jsonb_build_object(
    'model', p_model,
    'pipeline', (
      select coalesce(jsonb_agg(to_jsonb(p) - 'position' order by p.position, p.stage, p.currency), '[]')
      from (
        select o.stage, s.label, s.position, o.currency, count(*) as deals, coalesce(sum(o.amount) filter (where o.amount > '-Infinity' and o.amount < 'Infinity'), 0) as amount
        from public.opportunities as o left join public.sales_stages as s on s.stage = o.stage
        where o.deleted_at is null and coalesce(s.outcome, 'open') = 'open'
        group by o.stage, s.label, s.position, o.currency
      ) as p
    ),
    'won', lead_sync.won_by_month(p_now),
    'funnel', lead_sync.measure_funnel(),
    'attribution', public.attribute_revenue(p_model, p_now - interval '12 months'),
    'score', public.get_score_quality() - array['rules', 'segments']
  ));
end
$$;
