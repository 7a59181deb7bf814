\timing on
set role service_role;
select left(public.start_sync_run('twenty_to_supabase')::text, 60) as s;
select (r.id)::text as id, r.* from public.lead_sync_runs r limit 0;
