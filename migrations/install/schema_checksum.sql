-- SHA-256 of our functions as they are, so that one that was changed since the schema was applied shows: the last row of schema_versions has what they were.
create or replace function lead_sync.schema_checksum() returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select encode(sha256(convert_to(
      string_agg(concat_ws(' ', o.identity, p.proconfig::text, p.prosrc), e'\n' order by o.identity collate "C"), 'UTF8'
    )), 'hex')
    from lead_sync.list_objects() as o
    join pg_catalog.pg_proc as p on p.oid = o.object
    where o.marked and o.class = 'pg_catalog.pg_proc'::regclass
  );
end
$$;
comment on function lead_sync.schema_checksum() is 'Part of n8n-nodes-lead-sync.';
