-- One update of a source's row, see write_source. Returns what p_answer is of the row then; null where there is no such row.
create or replace function lead_sync.write_source_columns(p_source lead_sync.sources, p_key text, p_row jsonb, p_key_type text, p_answer text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_sets text := (select string_agg(format('%1$I = n.%1$I', k), ', ') from jsonb_object_keys(p_row) as k);
  v_result jsonb;
begin
  execute format(
    'update %1$s as t set %2$s from jsonb_populate_record(null::%1$s, $1) as n where t.%3$I = $2::%4$s returning %5$s',
    p_source.source, v_sets, p_source.key_column, p_key_type, p_answer
  ) into v_result using p_row, p_key;
  return v_result;
end
$$;
