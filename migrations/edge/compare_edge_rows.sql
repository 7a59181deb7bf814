-- Compares the rows of a range one by one, and repairs what may be: down, a row is due again under a new version; up, D1 is told to queue it again.
--   p_request  {run, table, low, high, rows: ["[key, version, digest]"]}: all rows that D1 has in the range, low left out
-- Returns {missing, extra, different, stale, ahead, repaired, statements}. down: missing in D1; extra there; different content; stale: an older version than
-- D1 had acknowledged; ahead: a later version than there is here, which was restored. up: missing here; extra here, lost in D1; stale here.
create or replace function public.compare_edge_rows(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
  v_state lead_sync.edge_states := lead_sync.edge_state(p_request ->> 'table', v_run.direction);
  -- what changed in D1 within the last minutes is on its way
  v_recent bigint := floor(extract(epoch from clock_timestamp() - interval '15 minutes') * 1000);
  v_counts jsonb;
  v_keys text[];
  v_highest bigint;
  v_repairs boolean;
  v_repaired integer := 0;
  v_statements jsonb := '[]';
begin
  select not v_run.report_only and t.repair into v_repairs from lead_sync.edge_tables as t where t.edge_table = v_state.edge_table;
  execute format(
    $sql$
      with there as materialized (
        select c.content ->> 0 as key, (c.content ->> 1)::bigint as version, (c.content ->> 2)::bigint as digest
        from (select e.value::jsonb as content from jsonb_array_elements_text($4) as e) as c
      ),
      here as materialized (%s),
      judged as (
        select coalesce(h.key, t.key) as key, t.version, case
          when $5 = 'down' and h.key is null then (
            -- gone here; its deletion may be on its way
            case when exists (select from lead_sync.edge_rows as r where r.edge_table = $1 and r.key = t.key collate "C" and (r.sent < r.version or r.refusal is not null)) then null
              else 'extra' end
          )
          when $5 = 'down' and h.due then null
          when $5 = 'down' and t.key is null then 'missing'
          when $5 = 'down' and t.version > h.version then 'ahead'
          when $5 = 'down' and t.digest is distinct from h.digest then case when t.version < h.version then 'stale' else 'different' end
          when $5 = 'down' then null
          when h.key is null then case when t.version < $6 then 'missing' end
          when t.key is null then 'extra'
          when t.version > h.version then case when t.version < $6 then 'stale' end
          when t.version < h.version then 'ahead'
        end as finding
        from here as h full join there as t on t.key = h.key
      )
      select
        jsonb_build_object(
          'missing', count(*) filter (where j.finding = 'missing'), 'extra', count(*) filter (where j.finding = 'extra'),
          'different', count(*) filter (where j.finding = 'different'), 'stale', count(*) filter (where j.finding = 'stale'),
          'ahead', count(*) filter (where j.finding = 'ahead')
        ),
        array_agg(j.key order by j.key) filter (where j.finding is not null and ($5 = 'down' or j.finding in ('missing', 'stale'))),
        max(j.version)
      from judged as j
    $sql$,
    lead_sync.edge_expected_sql(v_state)
  ) into v_counts, v_keys, v_highest
  using v_state.edge_table, p_request ->> 'low', p_request ->> 'high', p_request -> 'rows', v_state.direction, v_recent;

  if v_repairs and v_keys is not null then
    if v_state.direction = 'down' then
      -- versions go on behind whatever D1 has, also where it was this side that was restored
      if v_highest >= (select q.last_value from lead_sync.edge_versions as q) then
        perform setval('lead_sync.edge_versions', v_highest + 1);
      end if;
      v_repaired := lead_sync.resend_edge_keys(v_state.edge_table, v_keys);
    else
      v_repaired := cardinality(v_keys);
      v_statements := jsonb_build_array(jsonb_build_object(
        'sql', format('insert into "%s" (key) select value from json_each(?1)', v_state.edge_table || '_changes'), 'params', jsonb_build_array(to_jsonb(v_keys)::text)
      ));
    end if;
  end if;

  update lead_sync.edge_runs as r
  set findings = r.findings || jsonb_build_object('examples', (
    select coalesce(jsonb_object_agg(x.edge_table, x.keys), '{}')
    from (
      select e.key as edge_table, e.value as keys from jsonb_each(coalesce(r.findings -> 'examples', '{}')) as e
      union all
      select v_state.edge_table, to_jsonb(v_keys[1:20]) where v_keys is not null and not coalesce(r.findings -> 'examples' ? v_state.edge_table, false)
    ) as x
  ))
  where r.id = v_run.id and v_keys is not null;
  perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_counts || jsonb_build_object('repaired', v_repaired));
  return v_counts || jsonb_build_object('repaired', v_repaired, 'statements', v_statements);
end
$$;
