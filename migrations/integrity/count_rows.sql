-- "1 lead was", "12 leads were"; of another object "1 opportunity row was", "12 opportunity rows were". p_object: null for leads.
create or replace function lead_sync.count_rows(p_object text, p_count bigint, p_one text, p_many text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_object is null then lead_sync.count_leads(p_count, p_one, p_many)
    when p_count = 1 then format('1 %s row %s', p_object, p_one)
    else format('%s %s rows %s', case when p_count >= 10000 then '10,000 or more' else p_count::text end, p_object, p_many)
  end
$$;
