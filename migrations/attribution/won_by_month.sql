-- What was won in each of the last 12 months (UTC), by the source of the lead's first touch until the deal was made, else its lead_source, see stated_sources (null: unknown).
-- Returns [{month, source, currency, deals, amount}].
create or replace function lead_sync.won_by_month(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(m) order by m.month, m.amount desc, m.source), '[]')
    from (
      select
        to_char(date_trunc('month', d.won_at at time zone 'UTC'), 'YYYY-MM') as month, coalesce(t.source, s.source) as source, d.currency,
        count(*) as deals, sum(d.amount) as amount
      from lead_sync.deals as d
      left join lead_sync.stated_sources as s on s.lead_id = d.lead_id
      left join lateral (
        select n.source from lead_sync.inbound_touches as n where n.lead_id = d.lead_id and n.touched_at <= d.created_at order by n.touched_at, n.id limit 1
      ) as t on true
      where d.won_at >= (date_trunc('month', p_now at time zone 'UTC') - interval '11 months') at time zone 'UTC' and d.won_at <= p_now
      group by 1, 2, 3
    ) as m
  );
end
$$;
