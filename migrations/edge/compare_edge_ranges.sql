-- Compares sums of ranges with those of D1.
--   p_request  {run, table, ranges: [{low, high, sums: "[rows, sum, rows without a digest]", mark}]}: rows as the statement of the ranges yields them
-- Returns {compared, differing: [{low, high, read}], more: {sql, list} | null}; more: what was looked at is not all, and differed.
create or replace function public.compare_edge_ranges(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
  v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', v_run.direction);
  v_differing jsonb;
  v_compared bigint;
  v_here bigint;
  v_there bigint;
  v_is_behind boolean;
  v_mark bigint := (select max((e.value ->> 'mark')::bigint) from jsonb_array_elements(p_request -> 'ranges') as e);
  v_is_sample boolean := not exists (
    select from lead_sync.edge_runs as r where r.id = v_run.id and r.findings #>> array['whole', p_request ->> 'table'] = 'true'
  ) and not v_run.whole and not v_state.doubtful;
begin
  execute format(
    $sql$
      with there as materialized (
        select e.value ->> 'low' as low, e.value ->> 'high' as high, (e.value ->> 'sums')::jsonb as sums,
          row_number() over (order by e.value ->> 'high' collate "C") as place
        from jsonb_array_elements($4) as e
      ),
      -- a key is in the range whose high end is the first one that is not before it; no text comes between a text and itself with the first character behind it
      bounds as materialized (
        select array_agg(t.high || chr(1) order by t.high collate "C") as after_high, array_agg(t.low order by t.high collate "C") as low from there as t
      ),
      counted as materialized (
        select x.place, count(*) as rows, sum(x.sum_of) as total
        from (
          select width_bucket(e.key collate "C", b.after_high) + 1 as place, e.key, %s as sum_of, b.low
          from (%s) as e cross join bounds as b
        ) as x
        where x.key > x.low[x.place] collate "C"
        group by x.place
      ),
      here as (
        select t.low, t.high, coalesce(c.rows, 0) as rows, coalesce(c.total, 0) as total from there as t left join counted as c on c.place = t.place
      )
      select
        coalesce(jsonb_agg(jsonb_build_object('low', t.low, 'high', t.high, 'read', $5) order by t.low collate "C")
          filter (where h.rows <> (t.sums ->> 0)::bigint or h.total <> (t.sums ->> 1)::numeric or (t.sums ->> 2)::bigint > 0), '[]'),
        sum(h.rows), sum(h.rows), sum((t.sums ->> 0)::bigint)
      from there as t join here as h on h.low = t.low and h.high = t.high
    $sql$,
    case v_state.direction when 'down' then 'e.digest' else 'e.version' end, lead_sync.edge_expected_sql(v_state)
  ) into v_differing, v_compared, v_here, v_there
  using v_state.edge_table,
    (select min(e.value ->> 'low' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
    (select max(e.value ->> 'high' collate "C") from jsonb_array_elements(p_request -> 'ranges') as e),
    p_request -> 'ranges', lead_sync.edge_range_sql(v_state);
  v_is_behind := coalesce(v_mark, 0) < case v_state.direction when 'down' then v_state.acknowledged else 0 end;
  -- it was this side that was restored: versions go on behind all that D1 was sent, the deletions that it remembers included
  if v_mark > (select q.last_value from lead_sync.edge_versions as q) then
    perform setval('lead_sync.edge_versions', v_mark);
  end if;

  perform lead_sync.hold_edge_run(
    (p_request -> 'run') - array['calls', 'rows_read', 'rows_written'],
    jsonb_build_object('compared', coalesce(v_compared, 0), 'rows_here', coalesce(v_here, 0), 'rows_there', coalesce(v_there, 0))
  );
  if v_is_sample and (v_differing <> '[]' or v_is_behind) then
    update lead_sync.edge_runs as r
    set findings = jsonb_set(r.findings, array['whole'], coalesce(r.findings -> 'whole', '{}') || jsonb_build_object(v_state.edge_table, true))
    where r.id = v_run.id;
    return jsonb_build_object('compared', v_compared, 'differing', v_differing, 'more', jsonb_build_object(
      'sql', lead_sync.edge_ranges_sql(v_state), 'list', lead_sync.edge_ranges(v_state, null, v_state.sample)
    ));
  end if;
  return jsonb_build_object('compared', coalesce(v_compared, 0), 'differing', v_differing, 'more', null);
end
$$;
