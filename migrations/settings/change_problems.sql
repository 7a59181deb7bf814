-- What is wrong with new values for columns of a table of settings: {column: sentence}, {} when nothing is. p_row: the row as it is; p_changes: {column: value}.
create or replace function lead_sync.change_problems(p_row anyelement, p_changes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_each record;
  v_problem text;
  v_problems jsonb := '{}';
begin
  for v_each in
    select c.key, c.value, d.*, c.value #>> '{}' as said
    from jsonb_each(p_changes) as c left join lead_sync.describe_columns(pg_typeof(p_row)::text::regclass) as d on d.name = c.key
  loop
    v_problem := null;
    if v_each.name is null then
      v_problem := 'There is no such setting.';
    elsif v_each.value = 'null' then
      v_problem := case when v_each.is_needed then 'It needs a value.' end;
    else
      begin
        perform jsonb_populate_record(p_row, jsonb_build_object(v_each.key, v_each.value));
        v_problem := case
          when v_each.type in ('integer', 'bigint', 'numeric') and not v_each.said::numeric between coalesce(v_each.lowest, '-Infinity') and coalesce(v_each.highest, 'Infinity') then
            case
              when v_each.highest is null then format('It must be at least %s.', v_each.lowest)
              when v_each.lowest is null then format('It must be at most %s.', v_each.highest)
              else format('It must be from %s to %s.', v_each.lowest, v_each.highest)
            end
          when v_each.type = 'interval' and v_each.said::interval < '0' then 'It must not be negative.'
          when v_each.type = 'interval[]' and exists (select from jsonb_array_elements_text(v_each.value) as i where i::interval <= '0') then 'Each must be longer than nothing.'
          when v_each.options is not null and v_each.type = 'text' and v_each.said <> all (v_each.options) then format('It must be %s.', array_to_string(v_each.options, ' or '))
        end;
      exception when data_exception then
        v_problem := format('It must be %s, got "%s".', case v_each.type
          when 'integer' then 'a whole number'
          when 'bigint' then 'a whole number'
          when 'numeric' then 'a number'
          when 'boolean' then 'true or false'
          when 'interval' then 'a length of time, e.g. 5 minutes'
          when 'interval[]' then 'lengths of time, e.g. 1 hour, 4 hours'
          when 'time without time zone' then 'a time of the day, e.g. 22:00'
          when 'timestamp with time zone' then 'a time'
          else 'of the type ' || v_each.type
        end, left(v_each.said, 100));
      end;
    end if;
    if v_problem is not null then
      v_problems := v_problems || jsonb_build_object(v_each.key, v_problem);
    end if;
  end loop;
  return v_problems;
end
$$;
