-- Runs one write of a source's rows with the search path that its owner's own writes have, as triggers of the project's count on it: that of the function which
-- wrote holds for them, too. Not that of the session, which says what the caller wants; and pg_temp comes last, so that no table of the caller's stands in for one of the
-- project's. Returns what the statement does. p_statement: with $1 for p_values, $2 for p_key, $3 for p_there, and every name of it qualified.
create or replace function lead_sync.write_source_row(p_statement text, p_values jsonb, p_key text default null, p_there jsonb default null) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_path text;
  v_result jsonb;
begin
  select substr(c.setting, length('search_path=') + 1) into v_path
  from pg_catalog.pg_db_role_setting as s
  cross join lateral unnest(s.setconfig) as c (setting)
  where c.setting like 'search\_path=%'
    and s.setrole in (0, (select r.oid from pg_catalog.pg_roles as r where r.rolname = current_user))
    and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))
  order by s.setrole = 0, s.setdatabase = 0 -- as PostgreSQL prefers them
  limit 1;
  perform set_config('search_path', coalesce(v_path, '"$user", public') || ', pg_temp', true); -- undone where this function ends, as it sets its own
  execute p_statement into v_result using p_values, p_key, p_there;
  return v_result;
end
$$;
