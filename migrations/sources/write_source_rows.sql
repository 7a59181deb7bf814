-- Writes the same columns of many rows of a source in one statement, see write_source. p_items: [{id, key, row: {column: value}, there}], each with the same columns;
-- there: what of these was read last. Returns [{id, key, row: those columns as they are then, whole: all mapped ones}], without rows that are gone or have changed. Raises what the table refuses one of them with, and 55P03 when
-- somebody else holds one. With the rights of the schema's owner, see write_source.
create or replace function lead_sync.write_source_rows(p_source regclass, p_items jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
  v_source lead_sync.sources;
  v_type text;
  v_sets text;
  v_now text; -- those columns of a row
  v_whole text; -- all mapped ones
  v_result jsonb;
begin
  v_source := lead_sync.writable_source(p_source, p_items #> '{0,row}');
  select format_type(a.atttypid, a.atttypmod) into strict v_type
  from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
  select string_agg(format('%1$I = n.%1$I', k), ', '), string_agg(format('%1$L, t.%1$I', k), ', ') into v_sets, v_now from jsonb_object_keys(p_items #> '{0,row}') as k;
  select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_whole from jsonb_each_text(v_source.columns) as c;
  v_result := lead_sync.write_source_row(format(
    'with written as (
      update %1$s as t set %2$s
      from pg_catalog.jsonb_array_elements($1) as i cross join pg_catalog.jsonb_to_record(i -> ''row'') as n (%6$s)
      where t.%3$I = (i ->> ''key'')::%4$s and pg_catalog.jsonb_build_object(%5$s) || (i -> ''there'') = pg_catalog.jsonb_build_object(%5$s)
      returning pg_catalog.jsonb_build_object(
        ''id'', i -> ''id'', ''key'', t.%3$I::pg_catalog.text, ''row'', pg_catalog.jsonb_build_object(%5$s), ''whole'', pg_catalog.jsonb_build_object(%7$s)
      ) as answer
    )
    select pg_catalog.jsonb_agg(w.answer) from written as w',
    p_source, v_sets, v_source.key_column, v_type, v_now, lead_sync.source_types(p_source, p_items #> '{0,row}'), v_whole
  ), p_items);
  return coalesce(v_result, '[]');
end
$$;
