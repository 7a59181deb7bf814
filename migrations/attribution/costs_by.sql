-- What advertising cost on the days (UTC) of a period, and how many leads came in it, by their first touch of all, else their lead_source, see stated_sources; [] where nothing is entered or costs cannot be told apart
-- by p_by. A day counts where most of it lies in the period, which begins and ends at midnight of some time zone. Returns [{key, currency, cost, leads}].
create or replace function lead_sync.costs_by(p_from timestamptz, p_to timestamptz, p_by text, p_currency text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
begin
  if p_by not in ('source', 'campaign', 'ad', 'month') or not exists (select from public.campaign_costs) then
    return '[]';
  end if;
  return (
    with cost as materialized (
      select
        case p_by when 'source' then c.source when 'campaign' then nullif(btrim(c.campaign), '') when 'ad' then nullif(btrim(c.ad), '') else to_char(c.day, 'YYYY-MM') end as key,
        case when r.rate is null then c.currency else p_currency end as currency,
        sum(c.amount * case when c.currency = p_currency then 1 else coalesce(r.rate, 1) end) as cost
      from public.campaign_costs as c
      left join lateral (select lead_sync.nearest_rate(c.currency, p_currency, c.day) as rate) as r on p_currency is not null
      where (p_from is null or c.day >= ((p_from + interval '12 hours') at time zone 'UTC')::date)
        and (p_to is null or c.day < ((p_to + interval '12 hours') at time zone 'UTC')::date)
      group by 1, 2
    ),
    first_touch as (
      select distinct on (t.lead_id) t.lead_id, case p_by when 'source' then t.source when 'campaign' then t.campaign when 'ad' then t.ad end as key
      from lead_sync.inbound_touches as t
      where t.lead_id is not null and p_by <> 'month'
      order by t.lead_id, t.touched_at, t.id
    ),
    lead as (
      select
        case when p_by = 'month' then to_char(date_trunc('month', l.created_at at time zone 'UTC'), 'YYYY-MM')
          else coalesce(f.key, s.source) end as key,
        count(*) as leads
      from public.leads as l
      left join first_touch as f on f.lead_id = l.id
      left join lead_sync.stated_sources as s on p_by = 'source' and s.lead_id = l.id
      where l.deleted_at is null and (p_from is null or l.created_at >= p_from) and (p_to is null or l.created_at < p_to)
      group by 1
    )
    select coalesce(jsonb_agg(jsonb_build_object('key', c.key, 'currency', c.currency, 'cost', round(c.cost, 2), 'leads', coalesce(l.leads, 0))), '[]')
    from cost as c
    left join lead as l on l.key is not distinct from c.key
  );
end
$$;
