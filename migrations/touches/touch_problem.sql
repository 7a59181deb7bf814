-- Why a touch cannot be taken, by the name of what is wrong with it; null when it can. p_touch: of read_touch. A time needs its zone: whose it would be, nobody here knows.
create or replace function lead_sync.touch_problem(p_touch jsonb) returns text
language plpgsql immutable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_key text;
begin
  if jsonb_typeof(p_touch) <> 'object' then
    return 'touch must be an object: {"external_id": …, "kind": …}';
  end if;
  select e.key into v_key from jsonb_each(p_touch - 'raw') as e where jsonb_typeof(e.value) not in ('string', 'number') order by e.key limit 1;
  begin
    perform (p_touch ->> 'time')::timestamptz;
  exception when data_exception then
    return format('touch.time is no time: %s', left(p_touch ->> 'time', 80));
  end;
  return case
    when v_key is not null then format('touch.%s must be a text, got %s', v_key, left(p_touch ->> v_key, 80))
    when p_touch ->> 'external_id' is null then 'touch.external_id is missing: what its source calls this touch, so that it counts once'
    when char_length(p_touch ->> 'external_id') > 500 then 'touch.external_id has more than 500 characters'
    when char_length(p_touch ->> 'source') > 100 then 'touch.source has more than 100 characters'
    when p_touch ->> 'source' = 'twenty' then 'touch.source must not be "twenty"'
    when p_touch ->> 'kind' not in ('form', 'call', 'import', 'table', 'manual') then
      format('touch.kind must be form, call, import, table or manual, got %s', left(p_touch ->> 'kind', 80))
    when p_touch ->> 'outcome' not in ('answered', 'missed') then format('touch.outcome must be answered or missed, got %s', left(p_touch ->> 'outcome', 80))
    when p_touch ->> 'time' !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' then
      format('touch.time must be a time with its zone, e.g. 2026-01-31T12:00:00Z, got %s', left(p_touch ->> 'time', 80))
    when p_touch ->> 'duration_seconds' !~ '^([0-9]+\.?[0-9]*|\.[0-9]+)$' then
      format('touch.duration_seconds must be a number of seconds, got %s', left(p_touch ->> 'duration_seconds', 80))
  end;
end
$$;
