-- Marks what was made since begin_migration(); a comment that says what an object is stays, the mark follows it. Gives service_role its rights on
-- it, and lead_sync_api where that optional role is in use.
create or replace function lead_sync.mark_what_is_new() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_foreign oid[] := string_to_array(nullif(current_setting('lead_sync.foreign_objects', true), ''), ',')::oid[];
  v_object record;
begin
  if v_foreign is null then
    raise exception 'This was applied in several transactions, so that what it made cannot be told from what was there.'
      using errcode = 'no_active_sql_transaction', hint = 'Apply it in one transaction, with psql: psql -1 -v ON_ERROR_STOP=1 -f lead-sync-1.sql -f lead-sync-2.sql';
  end if;
  for v_object in
    select o.class, o.object, o.kind, o.identity
    from lead_sync.list_objects() as o
    where not o.marked and not o.part
      and (
        o.schema_name = 'public' and o.object_name = any (lead_sync.names_in_public())
        or o.schema_name = 'lead_sync' and o.object <> all (v_foreign)
      )
  loop
    execute format(
      'comment on %s %s is %L', v_object.kind, v_object.identity,
      concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
    );
  end loop;
  perform lead_sync.grant_to_service_role();
  if exists (select from pg_catalog.pg_roles as r where r.rolname = 'lead_sync_api' and has_schema_privilege(r.oid, 'lead_sync', 'usage')) then
    perform lead_sync.grant_to_api_role();
  end if;
end
$$;
comment on function lead_sync.mark_what_is_new() is 'Part of n8n-nodes-lead-sync.';
