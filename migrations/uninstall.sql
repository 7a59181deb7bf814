-- Removes everything that lead-sync-1.sql and lead-sync-2.sql made, data included. Leads are gone after this: export public.leads first.
-- Only what carries lead sync's mark goes. While something of yours depends on it nothing goes, and you are told what it is.
-- Your own columns, triggers and policies on these tables go with them.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
set local client_min_messages = 'warning';
set local search_path = '';

do $$
declare
  v_dependents text;
  v_object record;
  v_role text;
begin
  if to_regnamespace('lead_sync') is null then
    return;
  end if;
  if to_regprocedure('lead_sync.list_objects()') is null then
    raise exception 'The schema lead_sync is not lead sync''s, or comes from a version that marked nothing.'
      using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was removed.',
      hint = 'If it is lead sync''s, apply lead-sync-1.sql and lead-sync-2.sql once more; then uninstall.';
  end if;

  -- triggers may be on tables of yours
  if to_regprocedure('lead_sync.disconnect_source(regclass)') is not null then
    perform lead_sync.disconnect_source(s.source) from lead_sync.sources as s;
  end if;
  if to_regprocedure('public.disable_edge(jsonb)') is not null then
    perform public.disable_edge();
  end if;

  create temporary table ours on commit drop as
    select o.class, o.object, o.kind, o.identity, o.schema_name, o.part from lead_sync.list_objects() as o where o.marked
    union all
    select 'pg_catalog.pg_namespace'::regclass, 'lead_sync'::regnamespace, 'schema', 'lead_sync', 'lead_sync', true;
  -- what belongs to a relation of ours goes with it
  insert into ours
  select p.class, p.object, 'part', '', '', true
  from (
    select 'pg_catalog.pg_type'::regclass, t.oid, t.typrelid from pg_catalog.pg_type as t
    union all
    select 'pg_catalog.pg_type'::regclass, t.oid, e.typrelid from pg_catalog.pg_type as t join pg_catalog.pg_type as e on e.typarray = t.oid
    union all
    select 'pg_catalog.pg_constraint'::regclass, c.oid, c.conrelid from pg_catalog.pg_constraint as c
    union all
    select 'pg_catalog.pg_trigger'::regclass, t.oid, t.tgrelid from pg_catalog.pg_trigger as t
    union all
    select 'pg_catalog.pg_rewrite'::regclass, r.oid, r.ev_class from pg_catalog.pg_rewrite as r
    union all
    select 'pg_catalog.pg_attrdef'::regclass, d.oid, d.adrelid from pg_catalog.pg_attrdef as d
    union all
    select 'pg_catalog.pg_policy'::regclass, p.oid, p.polrelid from pg_catalog.pg_policy as p
    union all
    select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxrelid from pg_catalog.pg_statistic_ext as s
    union all
    select 'pg_catalog.pg_publication_rel'::regclass, r.oid, r.prrelid from pg_catalog.pg_publication_rel as r
  ) as p (class, object, relation)
  join ours as o on o.class = 'pg_catalog.pg_class'::regclass and o.object = p.relation;

  select string_agg(distinct case
    when w.oid is null then pg_describe_object(d.classid, d.objid, d.objsubid)
    else pg_describe_object('pg_catalog.pg_class'::regclass, w.ev_class, 0)
  end, ', ') into v_dependents
  from pg_catalog.pg_depend as d
  join ours as o on o.class = d.refclassid and o.object = d.refobjid
  left join pg_catalog.pg_rewrite as w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid
  left join pg_catalog.pg_class as c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
  where not exists (select from ours as p where p.class = d.classid and p.object = d.objid)
    and c.relnamespace is distinct from 'pg_toast'::regnamespace;
  if v_dependents is not null then
    raise exception 'Something of yours depends on what would be removed: %', v_dependents
      using errcode = 'dependent_objects_still_exist', detail = 'Nothing was removed.', hint = 'Drop or change it, then uninstall again.';
  end if;

  -- nothing but our own hangs on our own: the order does not matter
  for v_object in select o.kind, o.identity from ours as o where o.schema_name = 'public' and not o.part loop
    execute format('drop %s if exists %s cascade', v_object.kind, v_object.identity);
  end loop;
  drop schema lead_sync cascade;

  -- a role lives in all databases of the server: where it has more rights it stays
  foreach v_role in array array['lead_sync_grafana', 'lead_sync_api'] loop
    if exists (select from pg_catalog.pg_roles where rolname = v_role) then
      begin
        execute format('revoke all on schema public from %I', v_role);
        execute format('drop role %I', v_role);
      exception when dependent_objects_still_exist or insufficient_privilege or object_in_use then
        raise warning 'The role % stays: %.', v_role, sqlerrm;
      end;
    end if;
  end loop;
end
$$;

notify pgrst, 'reload schema';
