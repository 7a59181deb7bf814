-- The columns of a source's row that p_row names, with their types, as jsonb_to_record wants them. A record of the whole table would not do: a domain that is never
-- empty refuses it although nobody writes that column. p_row: {column: value}.
create or replace function lead_sync.source_types(p_source regclass, p_row jsonb) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ')
    from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attnum > 0 and not a.attisdropped and p_row ? a.attname
  );
end
$$;
