-- Why a row of edge_tables cannot be turned on, in words; null: it can.
create or replace function lead_sync.edge_obstacle(p_table lead_sync.edge_tables) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_source oid := to_regclass(p_table.source);
  v_columns text[];
begin
  if v_source is null then
    return format('There is no table %s', p_table.source);
  elsif not exists (select from pg_catalog.pg_class as c where c.oid = v_source and c.relkind in ('r', 'p')) then
    return format('%s is no table', p_table.source);
  end if;
  if not exists (
    select from pg_catalog.pg_index as i
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = v_source and i.indisunique and i.indpred is null and i.indnkeyatts = 1 and a.attname = p_table.key_column and a.attnotnull
  ) then
    return format('%s has no key: the column %s must be there, unique and not null', p_table.source, p_table.key_column);
  end if;
  if not has_table_privilege('service_role', v_source, case p_table.direction when 'down' then 'select' else 'insert' end)
    or p_table.direction = 'up' and not has_table_privilege('service_role', v_source, 'update')
  then
    return format(
      'service_role may not use %1$s: grant %2$s on %1$s to service_role', p_table.source,
      case p_table.direction when 'down' then 'select' else 'select, insert, update' end
    );
  end if;
  if jsonb_array_length(p_table.columns) not between 1 and 90 then
    return 'The mapping needs 1 to 90 columns: D1 takes 100 a table';
  end if;
  select array_agg(format('%s (%s)', coalesce(c.name, c.source, 'a column'), c.problem) order by c.place) into v_columns
  from (
    select k.*, case
      when k.name is null or k.name !~ '^[a-zA-Z][a-zA-Z0-9_]{0,62}$' or k.name in ('id', 'edge_version', 'edge_digest') then 'no name for a column in D1'
      when k.type is null or k.type not in ('text', 'integer', 'real', 'boolean', 'timestamp', 'json') then 'type must be text, integer, real, boolean, timestamp or json'
      when k.merge not in ('last', 'earliest') then 'merge must be last or earliest'
      when count(*) over (partition by lower(k.name)) > 1 then 'named twice'
      when not exists (
        select from pg_catalog.pg_attribute as a where a.attrelid = v_source and a.attname = k.source and a.attnum > 0 and not a.attisdropped
      ) then format('%s has no column %s', p_table.source, coalesce(k.source, '?'))
    end as problem
    from lead_sync.edge_columns(p_table.columns) as k
  ) as c
  where c.problem is not null;
  if v_columns is not null then
    return 'Columns that cannot be mapped: ' || array_to_string(v_columns, ', ');
  end if;
  if p_table.deleted_column is not null and not exists (
    select from pg_catalog.pg_attribute as a where a.attrelid = v_source and a.attname = p_table.deleted_column and not a.attisdropped
  ) then
    return format('%s has no column %s', p_table.source, p_table.deleted_column);
  end if;
  return null;
end
$$;
