-- One update of a source's row, see write_source. Returns {key, row: those columns as they are then, whole: all mapped ones}. Raises 55P03 where the row has changed, or has another key or is gone.
create or replace function lead_sync.write_source_columns(
  p_source lead_sync.sources, p_key text, p_row jsonb, p_there jsonb, p_key_type text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_sets text;
  v_now text; -- those columns of the row
  v_whole text; -- all mapped ones
  v_there jsonb;
  v_result jsonb;
begin
  select string_agg(format('%1$I = n.%1$I', k), ', '), string_agg(format('%1$L, t.%1$I', k), ', '), coalesce(jsonb_object_agg(k, p_there -> k) filter (where p_there ? k), '{}')
  into v_sets, v_now, v_there
  from jsonb_object_keys(p_row) as k;
  select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_whole from jsonb_each_text(p_source.columns) as c;
  v_result := lead_sync.write_source_row(format(
    'update %1$s as t set %2$s from pg_catalog.jsonb_to_record($1) as n (%6$s)
    where t.%3$I = $2::%4$s and pg_catalog.jsonb_build_object(%5$s) || $3 = pg_catalog.jsonb_build_object(%5$s)
    returning pg_catalog.jsonb_build_object(''key'', t.%3$I::pg_catalog.text, ''row'', pg_catalog.jsonb_build_object(%5$s), ''whole'', pg_catalog.jsonb_build_object(%7$s))',
    p_source.source, v_sets, p_source.key_column, p_key_type, v_now, lead_sync.source_types(p_source.source, p_row), v_whole
  ), p_row, p_key, v_there);
  if v_result is null then
    raise exception 'The row has changed since it was read' using errcode = '55P03';
  end if;
  return v_result;
end
$$;
