-- The lines of CSV text but for the first and blank ones, as trimmed values: commas between them, values in double quotes may hold commas and doubled quotes, no line ends.
-- A line with any other double quote has no fields.
create or replace function lead_sync.csv_lines(p_csv text) returns table (line integer, fields text[])
language plpgsql immutable parallel safe rows 1000 set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return query
  select l.ordinality::integer, case when t.text ~ '^(?:\s*(?:"(?:[^"]|"")*"|[^,"]*)\s*,)+$' then array(
    select btrim(replace(regexp_replace(m[1], '^"(.*)"$', '\1'), '""', '"'))
    from regexp_matches(t.text, '\s*("(?:[^"]|"")*"|[^,"]*)\s*,', 'g') with ordinality as f (m, no)
    order by f.no
  ) else '{}' end
  from regexp_split_to_table(p_csv, e'\n') with ordinality as l (text, ordinality)
  cross join lateral (select btrim(l.text, e' \r') || ',' as text) as t
  where l.ordinality > 1 and btrim(l.text, e' \r') <> '';
end
$$;
