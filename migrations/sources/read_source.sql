-- Rows of a source, their mapped columns as {column: value}; null where the row is gone. By keys, or else the next ones behind the position, which moves on;
-- p_anew: from the first one.
-- With the rights of the schema's owner, who connected the table: the caller needs none on it, and reaches no other columns.
create or replace function lead_sync.read_source(p_source regclass, p_keys text[], p_limit integer, p_anew boolean default false)
returns table (key text, row_values jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_source lead_sync.sources;
  v_type text;
  v_row text;
  v_count bigint;
begin
  select * into strict v_source from lead_sync.sources as s where s.source = p_source;
  select format_type(a.atttypid, a.atttypmod) into strict v_type
  from pg_catalog.pg_attribute as a where a.attrelid = p_source and a.attname = v_source.key_column and not a.attisdropped;
  select format('jsonb_build_object(%s)', string_agg(distinct format('%1$L, t.%1$I', c.value), ', ')) into v_row from jsonb_each_text(v_source.columns) as c;
  if p_keys is not null then
    return query execute format(
      'select k.key, case when t.%1$I is not null then %2$s end from unnest($1) as k (key) left join %3$s as t on t.%1$I = k.key::%4$s',
      v_source.key_column, v_row, p_source, v_type
    ) using p_keys;
    return;
  end if;
  if p_anew then
    v_source.position := null;
  end if;
  for key, row_values in execute format(
    'select t.%1$I::text, %2$s from %3$s as t %4$s order by t.%1$I limit $2',
    v_source.key_column, v_row, p_source,
    case when v_source.position is not null then format('where t.%I > $1::%s', v_source.key_column, v_type) else '' end
  ) using v_source.position, p_limit
  loop
    v_source.position := key;
    v_count := coalesce(v_count, 0) + 1;
    return next;
  end loop;
  update lead_sync.sources as s set
    position = v_source.position, read_at = case when coalesce(v_count, 0) < p_limit then clock_timestamp() end
  where s.source = p_source;
end
$$;
