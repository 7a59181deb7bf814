-- Whether any feed wants one of these events.
create or replace function lead_sync.wants_event(p_events text[]) returns boolean
language sql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select exists (select from lead_sync.event_feeds as f where f.events && p_events)
$$;
