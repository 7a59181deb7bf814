-- What lies in public and lead_sync: relations, routines and types that stand for themselves. Indexes and sequences of a table are its
-- table's: marked with it. kind and identity are as COMMENT and DROP want them; part: whose mark counts.
create or replace function lead_sync.list_objects()
returns table (class oid, object oid, schema_name name, object_name name, kind text, identity text, part boolean, marked boolean)
language sql stable set search_path = '' as $$
  select
    'pg_catalog.pg_class'::regclass, c.oid, n.nspname, c.relname,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
      when 'i' then 'index' when 'I' then 'index' else 'table' end,
    format('%I.%I', n.nspname, c.relname),
    w.owner is not null,
    -- the comment of a composite type is on the type, not on its relation
    strpos(coalesce(case c.relkind when 'c' then obj_description(c.reltype, 'pg_type') else obj_description(coalesce(w.owner, c.oid), 'pg_class') end, ''), lead_sync.mark()) > 0
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join lateral (
    select i.indrelid as owner from pg_catalog.pg_index as i where i.indexrelid = c.oid
    union all
    select d.refobjid from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
      and c.relkind = 'S' and d.deptype in ('a', 'i')
  ) as w on true
  where n.nspname in ('public', 'lead_sync')
  union all
  select
    'pg_catalog.pg_proc'::regclass, p.oid, n.nspname, p.proname, 'routine', p.oid::regprocedure::text, false,
    strpos(coalesce(obj_description(p.oid, 'pg_proc'), ''), lead_sync.mark()) > 0
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname in ('public', 'lead_sync')
  union all
  select
    'pg_catalog.pg_type'::regclass, t.oid, n.nspname, t.typname, 'type', t.oid::regtype::text, false,
    strpos(coalesce(obj_description(t.oid, 'pg_type'), ''), lead_sync.mark()) > 0
  from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  where n.nspname in ('public', 'lead_sync') and t.typrelid = 0 and t.typcategory <> 'A' and t.typtype <> 'm'
$$;
comment on function lead_sync.list_objects() is 'Part of n8n-nodes-lead-sync.';
