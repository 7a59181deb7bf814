-- Keeps this month's figures of data quality, for the trend; of a month, the last. Returns how many rows.
create or replace function lead_sync.keep_data_quality(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_rows integer;
begin
  insert into lead_sync.data_quality (month, field, source, leads, filled, valid, age_days)
  select date_trunc('month', p_now at time zone 'UTC')::date, m.* from lead_sync.measure_data_quality(10000, p_now) as m
  on conflict (month, field, source) do update set leads = excluded.leads, filled = excluded.filled, valid = excluded.valid, age_days = excluded.age_days;
  get diagnostics v_rows = row_count;
  return v_rows;
end
$$;
