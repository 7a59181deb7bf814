set local lock_timeout = '10s';
set local statement_timeout = '5min';
-- bodies may name what comes further down; a test looks at all of them once everything is there
set local check_function_bodies = off;

do $$
begin
  if to_regnamespace('lead_sync') is not null
    and strpos(coalesce(obj_description(to_regnamespace('lead_sync'), 'pg_namespace'), ''), 'Part of n8n-nodes-lead-sync.') = 0
    -- made before there were marks
    and not exists (
      select from pg_catalog.pg_attribute as a
      where a.attrelid = to_regclass('lead_sync.lead_states') and a.attname = 'base_local'
        and col_description(a.attrelid, a.attnum) like 'Per field, the lead''s value when the sides last agreed%'
    )
  then
    raise exception 'There is a schema lead_sync that lead sync did not make.'
      using errcode = 'duplicate_schema', detail = 'Nothing was changed.',
      hint = 'Rename it (alter schema lead_sync rename to …), then apply this again.';
  end if;
end
$$;

create schema if not exists lead_sync;
revoke all on schema lead_sync from public, anon, authenticated;

-- When which version of the schema was applied in full, and by whom; the last row is the one in force. Applying the same again adds none.
create table if not exists lead_sync.schema_versions (
  id bigint generated always as identity primary key,
  version integer not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default current_user
);
alter table lead_sync.schema_versions enable row level security;
comment on table lead_sync.schema_versions is 'Part of n8n-nodes-lead-sync.';
comment on column lead_sync.schema_versions.checksum is 'What lead_sync.schema_checksum() gave then';
-- 0.1.0 knew no versions
insert into lead_sync.schema_versions (version, checksum)
select 1, ''
where to_regclass('lead_sync.lead_states') is not null and not exists (select from lead_sync.schema_versions);
