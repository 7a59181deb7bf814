-- Optional: a role for n8n that may do what lead sync's nodes do and nothing else of the project, instead of service_role, the key to all of it.
-- Run it once as the owner of the database (on Supabase: in the SQL editor), after lead-sync-2.sql. Safe to run again.
-- How to log in with it is told in docs/operations.md.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'lead_sync_api') then
    create role lead_sync_api nologin noinherit;
  end if;
end
$$;

-- as service_role has it
alter role lead_sync_api set statement_timeout = '8s';
-- PostgREST logs in as authenticator and becomes the role that the token names
grant lead_sync_api to authenticator;

grant usage on schema public, lead_sync to lead_sync_api;
select lead_sync.grant_to_api_role();

notify pgrst, 'reload schema';
notify pgrst, 'reload config';
