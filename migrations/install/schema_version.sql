-- The version of the schema that was last applied in full; 0 while a new one is being made.
create or replace function lead_sync.schema_version() returns integer
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((select v.version from lead_sync.schema_versions as v order by v.id desc limit 1), 0);
end
$$;
comment on function lead_sync.schema_version() is 'Part of n8n-nodes-lead-sync.';
