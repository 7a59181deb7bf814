-- Whether the extension pg_net can be called. Looked up in the catalog: who may not use the extension must be able to ask.
create or replace function lead_sync.has_pg_net() returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace where n.nspname = 'net' and p.proname = 'http_post'
  )
$$;
