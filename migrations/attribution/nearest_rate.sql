-- What one unit of a currency was worth in another on a day: by the newest rate entered until then, else by the first one after; null where there is none.
create or replace function lead_sync.nearest_rate(p_currency text, p_base text, p_day date) returns numeric
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_currency = p_base then
    return 1;
  end if;
  return (
    select e.rate from public.exchange_rates as e
    where e.base = p_base and e.currency = p_currency
    order by e.day > p_day, abs(e.day - p_day)
    limit 1
  );
end
$$;
