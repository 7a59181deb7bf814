-- Leads that a filter before this time left here are judged again; infinity: all of them, as there is no filter any more.
create or replace function lead_sync.outside_since() returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return coalesce((select f.changed_at from lead_sync.lead_filters as f where f.direction = 'to_twenty' and f.conditions is not null), 'infinity');
end
$$;
