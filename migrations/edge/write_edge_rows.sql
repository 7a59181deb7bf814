-- Writes rows of D1 into their table: a version that is not later than the stored one changes nothing, an earliest time stays, null never erases one.
-- Returns how many were taken. One bad row fails it as a whole.
--   p_rows  [[key, version, null, [columns 1 to 30], [31 to 60]…]…]
create or replace function lead_sync.write_edge_rows(p_state lead_sync.edge_states, p_rows jsonb) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_names text;
  v_values text;
  v_sets text;
  v_taken integer;
begin
  select
    string_agg(format('%I', c.source), ', ' order by c.place),
    string_agg(format(
      '(g.content #>> ''{%s,%s}'')::%s', 3 + (c.place - 1) / 30, (c.place - 1) % 30, format_type(a.atttypid, a.atttypmod)
    ), ', ' order by c.place),
    string_agg(format(
      case c.merge when 'earliest' then '%1$I = least(t.%1$I, excluded.%1$I)' else '%1$I = excluded.%1$I' end, c.source
    ), ', ' order by c.place)
  into v_names, v_values, v_sets
  from lead_sync.edge_columns(p_state.columns) as c
  join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(p_state.source) and a.attname = c.source and not a.attisdropped;

  -- a version is taken under its row's lock, so that of two who write the same key the later one waits and then looks
  execute format(
    $sql$
      with given as materialized (
        select distinct on (e.value ->> 0) e.value ->> 0 as key, (e.value ->> 1)::bigint as version, e.value as content
        from jsonb_array_elements($2) as e
        order by e.value ->> 0, (e.value ->> 1)::bigint desc
      ),
      fresh as (
        insert into lead_sync.edge_rows as r (edge_table, key, version, sent)
        select $1, g.key, g.version, g.version from given as g order by g.key collate "C"
        on conflict (edge_table, key) do update set version = excluded.version, sent = excluded.version, changed_at = now()
          where excluded.version > r.version
        returning r.key
      ),
      written as (
        insert into %1$s as t (%2$I, %3$s)
        select g.key::%4$s, %5$s from given as g join fresh as f on f.key = g.key
        on conflict (%2$I) do update set %6$s
        returning 1
      )
      select count(*) from written
    $sql$,
    to_regclass(p_state.source), p_state.key_column, v_names, p_state.key_type, v_values, v_sets
  ) into v_taken using p_state.edge_table, p_rows;
  return v_taken;
end
$$;
