-- The version that lead-sync-1.sql brought: lead-sync-2.sql completes that and no other. A test holds it against SCHEMA_VERSION of the nodes.
create or replace function lead_sync.version_under_way() returns integer
language sql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$ select 2 $$;
comment on function lead_sync.version_under_way() is 'Part of n8n-nodes-lead-sync.';
