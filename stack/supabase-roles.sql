-- The roles of a Supabase project and what they may do in a new database. Applied to template1, so that every database has it.
-- As strict as both kinds of project together: whatever is made in public is open to anon and authenticated unless a migration closes
-- it (projects from before 2026-10-30), and closed to service_role unless a migration opens it (projects since then).

do $$
declare
  v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'service_role', 'authenticator', 'postgres'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I', v_role);
    end if;
  end loop;
end;
$$;

alter role anon nologin noinherit;
alter role authenticated nologin noinherit;
alter role service_role nologin noinherit bypassrls;

-- PostgREST logs in as authenticator and becomes one of the three; service_role has no limit of its own and so keeps these 8 s.
alter role authenticator login noinherit password 'postgres';
grant anon, authenticated, service_role to authenticator;
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role authenticated set statement_timeout = '8s';
alter role anon set statement_timeout = '3s';

-- The owner of a project: it applies migrations and is no superuser.
alter role postgres login createdb createrole replication bypassrls password 'postgres';
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

create schema if not exists extensions authorization postgres;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
grant usage on schema public, extensions to anon, authenticated, service_role, postgres;

alter default privileges for role postgres, supabase_admin in schema public grant all on tables to anon, authenticated;
alter default privileges for role postgres, supabase_admin in schema public grant all on functions to anon, authenticated;
alter default privileges for role postgres, supabase_admin in schema public grant all on sequences to anon, authenticated;
