-- Which touches brought the deals that were made from p_from until before p_to (null: from the first, until the last), and their money. Counted are the touches until the deal was made,
-- but for calls that we made; a lead without any counts as its lead_source, see stated_sources, a deal without a lead as unknown (key null). A touch that names no campaign, ad or form is unknown there, too.
--   p_model           first_touch, last_touch; linear: all the same; position_based: 40 % to the first, 40 % to the last, 20 % to those between, the default of Google Analytics' model of that
--                     name (of two touches, each half); time_decay: half as much for each p_half_life_days before the deal, 7 by default as there
--   p_by              source, campaign, ad, form: of the touch; month: in which the touch was, UTC; segment: of the lead; owner: of the deal
--   p_currency        null: sums per currency. Else amounts become this one by the newest of exchange_rates until the day on which the deal was won, of others until today, else the first after it;
--                     currencies without a rate stay as they are
-- Returns {model, by, from, to, currency, half_life_days, deals, totals: [figures], rows: [{key, …figures, days_to_won, cost, leads, cost_per_lead, return}]}, figures: {currency, won_amount,
-- open_amount, won, open, lost, win_percent}. Each column of rows adds up to its total, to the cent and the hundredth of a deal, by largest remainder. days_to_won: mean from touch to won.
-- cost: of campaign_costs on the days of the period, by source, campaign, ad and month; leads: that came in it; return: won_amount for each unit of cost. All three are null without costs.
-- Raises 22023 when a parameter is none of these.
create or replace function public.attribute_revenue(
  p_model text default 'linear', p_from timestamptz default null, p_to timestamptz default null, p_by text default 'source',
  p_currency text default null, p_half_life_days numeric default 7
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_costs jsonb;
  v_rows jsonb;
  v_totals jsonb;
begin
  if p_model is null or p_model not in ('first_touch', 'last_touch', 'linear', 'position_based', 'time_decay') then
    raise exception 'p_model must be first_touch, last_touch, linear, position_based or time_decay, got %', coalesce(left(p_model, 60), 'nothing') using errcode = '22023';
  elsif p_by is null or p_by not in ('source', 'campaign', 'ad', 'form', 'segment', 'owner', 'month') then
    raise exception 'p_by must be source, campaign, ad, form, segment, owner or month, got %', coalesce(left(p_by, 60), 'nothing') using errcode = '22023';
  elsif p_currency !~ '^[A-Z]{3}$' then
    raise exception 'p_currency must be a code such as EUR, got %', left(p_currency, 60) using errcode = '22023';
  elsif p_half_life_days is null or p_half_life_days not between 0.01 and 3650 then
    raise exception 'p_half_life_days must be between 0.01 and 3,650, got %', p_half_life_days using errcode = '22023';
  end if;
  v_costs := lead_sync.costs_by(p_from, p_to, p_by, p_currency);

  with credit as materialized (
    select * from lead_sync.credit_deals(p_model, p_from, p_to, p_by, p_currency, p_half_life_days::double precision)
  ),
  -- one row for each figure of each key
  share as (
    select c.key, c.currency, m.figure, m.value from credit as c
    cross join lateral (values (c.outcome || '_amount', c.amount), (c.outcome, c.deals)) as m (figure, value)
    where not c.is_total
  ),
  total as materialized (
    select c.currency, m.figure, m.value, 10::numeric ^ -greatest(2, scale(trim_scale(m.value))) as unit from credit as c
    cross join lateral (values (c.outcome || '_amount', c.amount), (c.outcome, c.deals)) as m (figure, value)
    where c.is_total
  ),
  rounded as (
    select s.key, s.currency, s.figure, t.unit, t.value as total, floor(s.value / t.unit) * t.unit as value,
      row_number() over (partition by s.currency, s.figure order by round(s.value / t.unit - floor(s.value / t.unit), 6) desc, s.key) as nth
    from share as s join total as t on t.currency is not distinct from s.currency and t.figure = s.figure
  ),
  whole as (
    select r.key, r.currency, r.figure, r.value
      + r.unit * (floor(l.units / l.keys) + (r.nth <= l.units - l.keys * floor(l.units / l.keys))::integer) as value -- units are below 0 where parts of huge amounts were rounded up
    from rounded as r
    join (
      select n.currency, n.figure, round((max(n.total) - sum(n.value)) / max(n.unit)) as units, count(*)::numeric as keys from rounded as n group by n.currency, n.figure
    ) as l on l.currency is not distinct from r.currency and l.figure = r.figure
  ),
  figure as (
    select w.key, w.currency, jsonb_object_agg(w.figure, trim_scale(w.value)) as figures from whole as w group by w.key, w.currency
  ),
  cost as (
    select c.* from jsonb_to_recordset(v_costs) as c (key text, currency text, cost numeric, leads bigint)
  ),
  line as (
    select coalesce(f.key, c.key) as key, coalesce(f.currency, c.currency) as currency, f.figures, round(d.days, 1) as days_to_won, c.cost, c.leads
    from figure as f
    full join cost as c on coalesce(c.key, '') = coalesce(f.key, '') and c.currency = f.currency
    left join (
      select k.key, k.currency, sum(k.days) / nullif(sum(k.dated), 0) as days from credit as k where k.outcome = 'won' and not k.is_total group by k.key, k.currency
    ) as d on d.key is not distinct from f.key and d.currency is not distinct from f.currency
  )
  select
    coalesce(jsonb_agg(
      jsonb_build_object('key', l.key) || lead_sync.revenue_figures(l.currency, coalesce(l.figures, '{}')) || jsonb_build_object(
        'days_to_won', l.days_to_won, 'cost', l.cost, 'leads', l.leads, 'cost_per_lead', round(l.cost / nullif(l.leads, 0), 2),
        'return', round(coalesce((l.figures ->> 'won_amount')::numeric, 0) / nullif(l.cost, 0), 2)
      ) order by l.currency, coalesce((l.figures ->> 'won_amount')::numeric, 0) desc, coalesce((l.figures ->> 'open_amount')::numeric, 0) desc, l.key
    ), '[]'),
    (
      select coalesce(jsonb_agg(lead_sync.revenue_figures(t.currency, t.figures) order by t.currency), '[]')
      from (select o.currency, jsonb_object_agg(o.figure, trim_scale(o.value)) as figures from total as o group by o.currency) as t
    )
  into v_rows, v_totals
  from line as l;

  return jsonb_build_object(
    'model', p_model, 'by', p_by, 'from', p_from, 'to', p_to, 'currency', p_currency,
    'half_life_days', case when p_model = 'time_decay' then p_half_life_days end,
    'deals', (select coalesce(sum((t ->> 'won')::numeric + (t ->> 'open')::numeric + (t ->> 'lost')::numeric), 0) from jsonb_array_elements(v_totals) as t),
    'totals', v_totals, 'rows', v_rows
  );
end
$$;
