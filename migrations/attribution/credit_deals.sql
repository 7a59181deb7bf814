-- Credits the deals of a period to the touches before them, by the models of attribute_revenue(), unrounded; total: the same deals, each once.
-- A lead's touches stand in one array, in order, their times in seconds since 1970; those before a deal are its first so many, which are counted by halving. So every touch is read and sorted once,
-- however many deals its lead has.
--   credit is part / parts: exact but for time_decay, where it is rounded to 12 digits
create or replace function lead_sync.credit_deals(
  p_model text, p_from timestamptz, p_to timestamptz, p_by text, p_currency text, p_half_life_days double precision
)
returns table (is_total boolean, key text, currency text, outcome text, deals numeric, amount numeric, dated numeric, days numeric)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
begin
  return query
  with rate as materialized (
    select x.currency, x.day, lead_sync.nearest_rate(x.currency, p_currency, x.day) as rate
    from (
      select distinct d.currency, (coalesce(d.won_at, now()) at time zone 'UTC')::date as day
      from lead_sync.deals as d
      where p_currency is not null and (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
    ) as x
  ),
  deal as materialized (
    select
      d.id, d.lead_id, d.created_at, d.outcome, d.won_at,
      case when r.rate is null then d.currency else p_currency end as currency,
      case when r.rate is null or d.currency = p_currency then d.amount else round(d.amount * r.rate, 2) end as amount,
      case p_by when 'owner' then coalesce(o.name, d.owner_id::text) when 'segment' then s.segment_name end as key
    from lead_sync.deals as d
    left join rate as r on p_currency is not null and r.currency = d.currency and r.day = (coalesce(d.won_at, now()) at time zone 'UTC')::date
    left join public.sales_reps as o on p_by = 'owner' and o.member_id = d.owner_id
    left join public.leads as l on p_by = 'segment' and l.id = d.lead_id
    left join public.customer_segments as s on p_by = 'segment' and s.id = l.segment_id
    where (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
  ),
  path as materialized (
    select t.lead_id, array_agg(date_part('epoch', t.touched_at)) as times, array_agg(t.key) as keys
    from (
      select n.lead_id, n.touched_at, case p_by when 'source' then n.source when 'campaign' then n.campaign when 'ad' then n.ad when 'form' then n.form end as key
      from public.lead_touches as n
      where n.lead_id is not null and n.lead_id in (select d.lead_id from deal as d)
      order by n.lead_id, n.touched_at, n.id
    ) as t
    group by t.lead_id
  ),
  placed as (
    select d.*, p.times, p.keys, coalesce(width_bucket(date_part('epoch', d.created_at), p.times), 0) as touches from deal as d left join path as p on p.lead_id = d.lead_id
  ),
  -- the touches from low to high have the same credit; by time_decay, all weights are worked out and put beside their sum
  slice as (
    select d.*, s.low, s.high, s.part, s.parts, case when s.part = 1 then d.amount else d.amount * s.part end as amount_part
    from placed as d
    cross join lateral (
      select case when p_model = 'last_touch' then d.touches else 1 end, case when p_model = 'first_touch' then 1 else d.touches end, 1::bigint,
        case when p_model in ('linear', 'position_based') then d.touches else 1 end::bigint
      where p_model <> 'position_based' or d.touches < 3
      union all
      select v.* from (values (1, 1, 2::bigint, 5::bigint), (2, d.touches - 1, 1, 5 * (d.touches - 2)), (d.touches, d.touches, 2, 5)) as v
      where p_model = 'position_based' and d.touches > 2
    ) as s (low, high, part, parts)
    where d.touches > 0
  ),
  touch as not materialized (
    select s.id, s.key as deal_key, s.outcome, s.currency, s.amount_part, date_part('epoch', s.won_at) as won_at, s.part, s.parts, s.times[s.touches] as last_at,
      unnest(s.times[s.low:s.high]) as touched_at, unnest(s.keys[s.low:s.high]) as key
    from slice as s
  ),
  -- relative to the last touch, so that none is too large; beyond a thousand half-lives all are next to nothing
  weighted as materialized (
    select t.*, power(2, greatest(-1000, (t.touched_at - t.last_at) / (86400 * p_half_life_days))) as weight from touch as t where p_model = 'time_decay'
  ),
  credit as (
    select coalesce(t.deal_key, t.key) as key, t.outcome, t.currency, t.amount_part, t.touched_at, (t.won_at - t.touched_at) / 86400 as days, t.part, t.parts
    from touch as t
    where p_model <> 'time_decay'
    union all
    select coalesce(w.deal_key, w.key), w.outcome, w.currency, w.amount_part * n.part, w.touched_at, (w.won_at - w.touched_at) / 86400, n.part, 1000000000000
    from weighted as w
    join (select a.id, sum(a.weight) as weight from weighted as a group by a.id) as d on d.id = w.id
    cross join lateral (select round(1e12::double precision * w.weight / d.weight)::bigint as part) as n
    union all
    select
      coalesce(d.key, case when p_by = 'source' then nullif(btrim(l.lead_source), '') end), d.outcome, d.currency, d.amount,
      case when p_by = 'month' then date_part('epoch', l.created_at) end, null, 1, 1
    from placed as d
    left join public.leads as l on p_by in ('source', 'month') and l.id = d.lead_id
    where d.touches = 0
  ),
  summed as (
    select
      c.key, case when p_by = 'month' then date_trunc('month', to_timestamp(c.touched_at) at time zone 'UTC') end as month, c.currency, c.outcome,
      sum(c.part) / c.parts as deals,
      sum(c.amount_part) / c.parts as amount,
      sum(c.part) filter (where c.days is not null) / c.parts as dated,
      (sum(c.days * c.part) / c.parts)::numeric as days
    from credit as c
    group by 1, 2, 3, 4, c.parts
  )
  select
    false, case when p_by = 'month' then to_char(s.month, 'YYYY-MM') else s.key end, s.currency, s.outcome, sum(s.deals), sum(s.amount), sum(s.dated), sum(s.days)
  from summed as s
  group by 2, 3, 4
  union all
  select true, null, d.currency, d.outcome, count(*), sum(d.amount), null, null from deal as d group by d.currency, d.outcome;
end
$$;
