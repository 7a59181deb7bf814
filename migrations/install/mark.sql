-- The sentence by which an object is known as ours, in its comment: it goes where the object goes, also through a dump, and with it.
create or replace function lead_sync.mark() returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select 'Part of n8n-nodes-lead-sync.'
$$;
comment on function lead_sync.mark() is 'Part of n8n-nodes-lead-sync.';
