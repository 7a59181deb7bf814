-- The last of a migration: marks what is new, and notes the version. One that is not noted was not applied in full.
create or replace function lead_sync.end_migration(p_version integer) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform lead_sync.mark_what_is_new();
  perform lead_sync.turn_off_jit();
  insert into lead_sync.schema_versions (version, checksum)
  select p_version, lead_sync.schema_checksum()
  where not exists (
    select from (select v.version, v.checksum from lead_sync.schema_versions as v order by v.id desc limit 1) as last
    where last.version = p_version and last.checksum = lead_sync.schema_checksum()
  );
end
$$;
comment on function lead_sync.end_migration(integer) is 'Part of n8n-nodes-lead-sync.';
