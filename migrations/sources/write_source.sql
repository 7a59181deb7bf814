-- Writes columns of a source's row, or makes one where p_key is null; p_row: {column: value}. Where the table refuses the row, each column is tried by itself.
--   p_there  {column: value} as it was read last: a row that has another value of these is let be
-- Returns {key, row: the written columns as they are then, of a new row those that the lead names or that are empty, whole: all mapped ones, refusal}. Raises 55P03 when somebody else holds the row, or has changed it, its key, too, or deleted it.
-- With the rights of the schema's owner, as read_source: so nothing but the mapped columns of a table connected both ways is written (42501).
create or replace function lead_sync.write_source(p_source regclass, p_key text, p_lead_id uuid, p_row jsonb, p_there jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms' as $$
declare
  v_source lead_sync.sources;
  v_row jsonb := p_row;
  v_type text;
  v_gives_itself boolean;
  v_columns text;
  v_answer text;
  v_written jsonb;
  v_result jsonb;
  v_refusals text[] := '{}';
  v_column text;
begin
  v_source := lead_sync.writable_source(p_source, p_row);
  if p_key is null and not v_source.inserts then
    raise exception 'Of leads from elsewhere no rows are made in %', p_source using errcode = '42501';
  end if;
  select format_type(a.atttypid, a.atttypmod), a.atthasdef or a.attidentity <> '' into strict v_type, v_gives_itself
  from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
  v_column := v_source.columns ->> 'deleted';
  if v_row ? v_column then
    v_row := v_row || jsonb_build_object(v_column, (
      select case when a.atttypid = 'boolean'::regtype then v_row -> v_column when v_row -> v_column = 'true' then to_jsonb(clock_timestamp()) end
      from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_column
    ));
  end if;

  if p_key is null then
    v_row := jsonb_strip_nulls(v_row) || case when v_gives_itself or v_row ? v_source.key_column then '{}' else jsonb_build_object(v_source.key_column, p_lead_id) end;
    select string_agg(format('%I', k), ', ') into v_columns from jsonb_object_keys(v_row) as k;
    select string_agg(distinct format('%1$L, t.%1$I', c.value), ', ') into v_answer from jsonb_each_text(v_source.columns) as c;
    begin
      v_result := lead_sync.write_source_row(format(
        'insert into %1$s as t (%2$s) select %2$s from pg_catalog.jsonb_to_record($1) as n (%5$s)
        returning pg_catalog.jsonb_build_object(''key'', t.%3$I::pg_catalog.text, ''whole'', pg_catalog.jsonb_build_object(%4$s))',
        p_source, v_columns, v_source.key_column, v_answer, lead_sync.source_types(p_source, v_row)
      ), v_row);
      v_result := v_result || jsonb_build_object('row', (
        select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(v_result -> 'whole') as e where e.value = 'null' or p_row -> e.key <> 'null'
      ));
    exception when others then
      if sqlstate = '55P03' then
        raise;
      end if;
      v_refusals := array[format('%s (%s)', sqlerrm, sqlstate)];
    end;
  else
    begin
      v_result := lead_sync.write_source_columns(v_source, p_key, v_row, p_there, v_type);
    exception when others then
      if sqlstate = '55P03' then
        raise;
      end if;
      for v_column in select jsonb_object_keys(v_row) loop
        begin
          v_written := lead_sync.write_source_columns(v_source, coalesce(v_result ->> 'key', p_key), jsonb_build_object(v_column, v_row -> v_column), p_there, v_type);
          v_result := v_written || jsonb_build_object('row', coalesce(v_result -> 'row', '{}') || (v_written -> 'row'));
        exception when others then
          if sqlstate = '55P03' then
            raise;
          end if;
          v_refusals := v_refusals || format('%s: %s (%s)', v_column, sqlerrm, sqlstate);
        end;
      end loop;
    end;
  end if;
  -- a row of which nothing was taken is there all the same
  return coalesce(v_result, case when v_refusals <> '{}' and p_key is not null then jsonb_build_object('key', p_key) end, '{}') || jsonb_build_object('refusal', nullif(left(array_to_string(v_refusals, '; '), 1000), ''));
end
$$;
