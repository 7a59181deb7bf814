-- What connect_source() would do with a table, and changes nothing.
--   p_columns  {field: column}, as for connect_source, which checks them; default: those that the names of the columns propose
-- Returns {table, rows (estimated), key, columns: {field: column}, unmapped, inserts: whether leads from elsewhere can get a row,
-- required: columns that keep them from it, row_level_security, policies, triggers: the table's own, adds, problems: [text]}; with problems, none can be connected.
create or replace function lead_sync.adoption_plan(p_table regclass, p_columns jsonb default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_class record;
  v_key record;
  v_columns jsonb;
  v_required jsonb;
  v_problems text[];
begin
  select c.relkind, c.relrowsecurity, c.reltuples::bigint as row_count, strpos(coalesce(obj_description(c.oid, 'pg_class'), ''), lead_sync.mark()) > 0 as ours
  into v_class
  from pg_catalog.pg_class as c where c.oid = p_table;

  select a.attname, a.attnum, format_type(a.atttypid, null) as type, a.atthasdef or a.attidentity <> '' as gives_itself into v_key
  from pg_catalog.pg_index as i
  join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = p_table and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 1 and a.attnotnull
  order by i.indisprimary desc, a.attnum
  limit 1;

  select coalesce(jsonb_object_agg(f.field, f.attname), '{}') into v_columns
  from (
    select distinct on (n.field) n.field, a.attname
    from pg_catalog.pg_attribute as a
    join lead_sync.source_field_names() as n on n.name = lower(regexp_replace(a.attname, '[^a-zA-Z0-9]', '', 'g'))
    where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and lead_sync.source_column_problem(p_table, n.field, a.attname) is null
      and n.field <> 'segment' -- which is given out and never taken: the app's own would be overwritten
    order by n.field, n.place, a.attnum
  ) as f;
  if v_columns ?| array['first_name', 'last_name'] then
    v_columns := v_columns - 'name';
  end if;
  if jsonb_typeof(p_columns) = 'object' then
    v_columns := p_columns;
  end if;

  select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') into v_required
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and (a.attnotnull or t.typnotnull) and not a.atthasdef and t.typdefault is null and a.attidentity = ''
    and case when a.attnum = v_key.attnum then v_key.type not in ('uuid', 'text') else a.attname not in (select c.value from jsonb_each_text(v_columns) as c) end;

  v_problems := array_remove(array[
    case when v_class.relkind not in ('r', 'p') then format('%s is no table', p_table) end,
    case when v_class.ours then format('%s is lead sync''s own', p_table) end,
    case when v_key.attname is null then format('%s has no column that is unique and never empty: add a primary key', p_table) end,
    case when p_columns is null and not v_columns ?| array['email', 'name', 'first_name', 'last_name', 'phone'] then
      'no column looks like a name, an e-mail or a phone: name them in p_columns' end
  ], null);

  return jsonb_build_object(
    'table', p_table::text,
    'rows', case when v_class.row_count < 0 then null else v_class.row_count end, -- never analyzed
    'key', v_key.attname,
    'columns', v_columns,
    'unmapped', (
      select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') from pg_catalog.pg_attribute as a
      where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attname <> coalesce(v_key.attname, '')
        and a.attname not in (select c.value from jsonb_each_text(v_columns) as c)
    ),
    'inserts', v_required = '[]',
    'required', v_required,
    'row_level_security', v_class.relrowsecurity,
    'policies', (select count(*) from pg_catalog.pg_policy as p where p.polrelid = p_table),
    'triggers', (
      select coalesce(jsonb_agg(t.tgname order by t.tgname), '[]') from pg_catalog.pg_trigger as t
      where t.tgrelid = p_table and not t.tgisinternal and t.tgname not like 'lead\_sync\_note\_%'
    ),
    'adds', '["lead_sync_note_inserted", "lead_sync_note_updated", "lead_sync_note_deleted"]'::jsonb,
    'problems', to_jsonb(v_problems)
  );
end
$$;
