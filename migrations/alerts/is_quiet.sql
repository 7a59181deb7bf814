-- Whether warnings are kept at this time: the quiet hours of the settings, which may go over midnight.
create or replace function lead_sync.is_quiet(p_now timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(case when s.quiet_from <= s.quiet_until then t.time >= s.quiet_from and t.time < s.quiet_until else t.time >= s.quiet_from or t.time < s.quiet_until end, false)
  from lead_sync.settings as s cross join lateral (select (p_now at time zone s.quiet_zone)::time as time) as t
$$;
