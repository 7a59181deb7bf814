-- What a filter can look at, besides attributes.<key>. What changes as time passes, or with what others do, would have nobody notice that it does; of people, what only
-- leads have is not known.
create or replace function lead_sync.filter_attributes(p_direction text) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array_agg(a.attribute order by a.ordinality)
  from unnest(lead_sync.scoring_attributes()) with ordinality as a (attribute)
  where a.attribute not in ('created_at', 'lead_age_days', 'days_without_activity', 'activity_count')
    and (p_direction = 'to_twenty' or a.attribute not in ('company_employees', 'company_size_band', 'income_tier', 'segment'))
$$;
