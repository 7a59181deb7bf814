-- Loads what advertising cost from CSV with the header day,source,campaign,ad,currency,amount; campaign and ad may be empty, values may stand in double quotes. day is as 2026-03-31, amount in whole
-- units with a decimal point. What is there already for a day, source, campaign, ad and currency takes the new amount; lines of the same add up, as exports split them by device or country.
-- Returns {loaded, rejected: [{line, reason}]}: bad lines are reported, the others land. Raises 22023 without the header.
create or replace function public.load_campaign_costs(p_csv text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_rejected jsonb;
  v_loaded integer;
begin
  if lower(regexp_replace(split_part(coalesce(p_csv, ''), e'\n', 1), '[\s"\uFEFF]', '', 'g')) <> 'day,source,campaign,ad,currency,amount' then
    raise exception 'The first line must be day,source,campaign,ad,currency,amount' using errcode = '22023', hint = 'Add the header, or put the columns into this order.';
  end if;
  with judged as materialized (
    select l.line, l.fields, case
      when cardinality(l.fields) = 0 then 'has a double quote within a value: put the value in double quotes and double those in it'
      when cardinality(l.fields) <> 6 then 'has ' || cardinality(l.fields) || ' values where 6 are expected'
      when l.fields[1] !~ '^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$' then 'day "' || left(l.fields[1], 40) || '" is not a day such as 2026-03-31'
      when right(l.fields[1], 2)::integer > date_part('day', (left(l.fields[1], 7) || '-01')::date + interval '1 month -1 day') then 'its month has no day ' || right(l.fields[1], 2)
      when l.fields[2] = '' then 'source is empty'
      when upper(l.fields[5]) !~ '^[A-Z]{3}$' then 'currency "' || left(l.fields[5], 40) || '" is not a code such as EUR'
      when l.fields[6] !~ '^\d{1,15}(\.\d{1,6})?$' then 'amount "' || left(l.fields[6], 40) || '" is not a number such as 1234.50'
    end as problem
    from lead_sync.csv_lines(p_csv) as l
  ),
  loaded as (
    insert into public.campaign_costs (day, source, campaign, ad, currency, amount)
    select j.fields[1]::date, j.fields[2], j.fields[3], j.fields[4], upper(j.fields[5]), sum(j.fields[6]::numeric) from judged as j where j.problem is null group by 1, 2, 3, 4, 5
    on conflict (day, source, campaign, ad, currency) do update set amount = excluded.amount
  )
  select
    count(*) filter (where j.problem is null),
    coalesce(jsonb_agg(jsonb_build_object('line', j.line, 'reason', j.problem) order by j.line) filter (where j.problem is not null), '[]')
  into v_loaded, v_rejected
  from judged as j;
  return jsonb_build_object('loaded', v_loaded, 'rejected', v_rejected);
end
$$;
