-- Erases what sources sent once it is older than the settings have it, at most p_limit touches. Returns of how many.
create or replace function lead_sync.erase_raw(p_today timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_erased integer;
begin
  update public.lead_touches as t set raw = null
  where t.id = any (array(
    select o.id from public.lead_touches as o
    where o.raw is not null and o.created_at < p_today - make_interval(days => (select s.touch_raw_days from lead_sync.settings as s))
    order by o.created_at
    limit p_limit
  ));
  get diagnostics v_erased = row_count;
  return v_erased;
end
$$;
