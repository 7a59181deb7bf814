-- Why a column of a table cannot hold a field of a lead; null when it can. Texts also lie in numbers and enums, e.g. postal codes.
create or replace function lead_sync.source_column_problem(p_table regclass, p_field text, p_column text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_type record;
begin
  select t.typcategory as category, t.typname as name, coalesce(e.typcategory, '') as element into v_type
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  left join pg_catalog.pg_type as e on e.oid = t.typelem and t.typcategory = 'A'
  where a.attrelid = p_table and a.attname = p_column and a.attnum > 0 and not a.attisdropped;
  return case
    when not found then format('%s has no column %s', p_table, p_column)
    when p_field !~ '^attributes\.[^.]+$' and p_field not in (select n.field from lead_sync.source_field_names() as n)
      then format('a lead has no field %s', p_field)
    when case
      when p_field like 'attributes.%' then true
      when p_field in ('additional_emails', 'additional_phones') then v_type.element = 'S'
      when p_field = 'deleted' then v_type.category = 'B' or v_type.name in ('timestamptz', 'timestamp', 'date')
      when p_field = 'lead_score' then v_type.category = 'N'
      when p_field = 'email' then v_type.category = 'S'
      else v_type.category in ('S', 'N', 'E')
    end then null
    else format('the column %s is of type %s, which cannot hold %s', p_column, v_type.name, p_field)
  end;
end
$$;
