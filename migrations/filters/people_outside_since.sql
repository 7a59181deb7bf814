-- As outside_since, of people: whom another filter left outside, or this one before the mapping changed, which says what a filter sees of them.
create or replace function lead_sync.people_outside_since() returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return coalesce((
    select greatest(f.changed_at, (select max(m.changed_at) from lead_sync.field_mappings as m join lead_sync.settings as s on s.object = m.object))
    from lead_sync.lead_filters as f
    where f.direction = 'to_supabase' and f.conditions is not null
  ), 'infinity');
end
$$;
