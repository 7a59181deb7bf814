-- Credits the deals of a period to the touches before them, by the models of attribute_revenue(), unrounded; total: the same deals, each once.
--   credit is part / parts: exact but for time_decay, where it is rounded to 12 digits
-- The touches of a deal are looked up by their lead, in order where the model asks which was first or last. Beside the estimated cost of that, the planner takes a sort of all by their texts, or a memory of leads, for nothing: both are off.
create or replace function lead_sync.credit_deals(
  p_model text, p_from timestamptz, p_to timestamptz, p_by text, p_currency text, p_half_life_days double precision
)
returns table (is_total boolean, key text, currency text, outcome text, deals numeric, amount numeric, dated numeric, days numeric)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set enable_sort = off set enable_memoize = off set work_mem = '64MB' as $$
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
      d.id, d.lead_id, d.created_at, d.outcome, date_part('epoch', d.won_at) as won,
      case when r.rate is null then d.currency else p_currency end as currency,
      case when r.rate is null or d.currency = p_currency then d.amount else round(d.amount * r.rate, 2) end as amount,
      case p_by
        when 'owner' then coalesce((select o.name from public.sales_reps as o where o.member_id = d.owner_id), d.owner_id::text)
        when 'segment' then (select s.segment_name from public.leads as l join public.customer_segments as s on s.id = l.segment_id where l.id = d.lead_id)
      end as key
    from lead_sync.deals as d
    left join rate as r on p_currency is not null and r.currency = d.currency and r.day = (coalesce(d.won_at, now()) at time zone 'UTC')::date
    where (p_from is null or d.created_at >= p_from) and (p_to is null or d.created_at < p_to)
  ),
  -- a row for each touch before a deal; one for a deal without, of which nth is null
  touch as (
    select d.*, t.*
    from deal as d
    left join lateral (
      select w.*, case when p_model = 'time_decay' then round(1e12::double precision * w.weight / sum(w.weight) over ())::bigint end as weight_part
      from (
        -- relative to the last touch, so that none is too large; beyond a thousand half-lives all are next to nothing
        select p.*, case when p_model = 'time_decay' then power(2, greatest(-1000, (p.touched - date_part('epoch', p.last_at)) / (86400 * p_half_life_days))) end as weight
        from (
          select
            n.touched_at, date_part('epoch', n.touched_at) as touched, case p_by when 'source' then n.source when 'campaign' then n.campaign when 'ad' then n.ad when 'form' then n.form end as touch_key,
            row_number() over whole as nth, count(*) over whole as touches, max(n.touched_at) over whole as last_at
          from lead_sync.inbound_touches as n
          where n.lead_id = d.lead_id and n.touched_at <= d.created_at
          window whole as (
            order by case when p_model not in ('linear', 'time_decay') then n.touched_at end, case when p_model not in ('linear', 'time_decay') then n.id end
            rows between unbounded preceding and unbounded following
          )
        ) as p
      ) as w
    ) as t on true
  ),
  credit as (
    select
      case
        when p_by <> 'source' or t.nth is not null then coalesce(t.key, t.touch_key)
        else (select s.source from lead_sync.stated_sources as s where s.lead_id = t.lead_id)
      end as key,
      case when p_by = 'month' then
        date_trunc('month', coalesce(t.touched_at, (select l.created_at from public.leads as l where l.id = t.lead_id)) at time zone 'UTC')
      end as month,
      t.outcome, t.currency, case when c.part = 1 then t.amount else t.amount * c.part end as amount_part, (t.won - t.touched) / 86400 as days, c.part, c.parts
    from touch as t
    cross join lateral (
      select
        case
          when p_model = 'position_based' and t.touches > 2 and t.nth in (1, t.touches) then 2
          when p_model = 'time_decay' and t.nth is not null then t.weight_part
          else 1
        end as part,
        case
          when t.nth is null then 1
          when p_model = 'linear' or p_model = 'position_based' and t.touches < 3 then t.touches
          when p_model = 'position_based' then case when t.nth in (1, t.touches) then 5 else 5 * (t.touches - 2) end
          when p_model = 'time_decay' then 1000000000000
          else 1
        end as parts
    ) as c
    where case p_model when 'first_touch' then t.nth = 1 when 'last_touch' then t.nth = t.touches else true end is not false
  ),
  summed as (
    select
      c.key, c.month, c.currency, c.outcome,
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
