-- The next page of what is due, of one table, oldest changes first; settles the one before.
--   p_request  {run, limit: 1 to 5,000, acknowledge: as acknowledge_edge_changes, table}
-- Returns {table, upserts: {sql, rows}, deletes: {sql, rows}, before, after, versions: [[key, version]…] of the upserts, then of the deletes, remaining}; table null: nothing is due. A row that is too long for D1 is refused here.
create or replace function public.get_edge_changes(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run lead_sync.edge_runs := lead_sync.hold_edge_run(p_request -> 'run');
  v_limit integer := coalesce((p_request ->> 'limit')::integer, 2000);
  v_table text := coalesce(p_request ->> 'table', v_run.edge_table);
  v_figures jsonb;
  v_state lead_sync.edge_states;
  v_page jsonb;
begin
  if v_limit not between 1 and 5000 then
    raise exception 'limit must be between 1 and 5,000, got %', v_limit using errcode = '22023';
  end if;
  if coalesce(jsonb_typeof(p_request -> 'acknowledge'), 'null') <> 'null' then
    v_figures := lead_sync.settle_edge_page(p_request -> 'acknowledge');
    perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], v_figures);
  end if;
  if v_run.direction <> 'down' then
    raise exception 'A run up takes no changes down' using errcode = '22023';
  end if;

  for v_state in
    select s.* from lead_sync.edge_states as s
    where s.direction = 'down' and (v_table is null or s.edge_table = v_table)
      and (s.rebuild_id is null or s.rebuild_phase <> 'create')
      and exists (select from lead_sync.edge_rows as r where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null)
    order by s.edge_table
  loop
    execute format(
      $sql$
        with page as materialized (%s),
        long as (
          update lead_sync.edge_rows as r
          set refusal = format('The row has %%s bytes, D1 takes 2,000,000: shorten a value, or leave its column out of lead_sync.edge_tables', octet_length(p.row_text))
          from page as p
          where octet_length(p.row_text) > $4 and r.edge_table = $1 and r.key = p.key and r.version = p.version
          returning r.key
        ),
        chosen as (select p.* from page as p where octet_length(p.row_text) <= $4 and (p.total <= 1000000 or p.place = (select min(f.place) from page as f where octet_length(f.row_text) <= $4)))
        select jsonb_build_object(
          'upserts', coalesce(jsonb_agg(c.row_text order by c.place) filter (where not c.gone), '[]'),
          'deletes', coalesce(jsonb_agg(c.row_text order by c.place) filter (where c.gone), '[]'),
          'versions', coalesce(jsonb_agg(jsonb_build_array(c.key, c.version) order by c.gone, c.place), '[]'),
          'latest', coalesce(max(c.version), 0),
          'refused', (select count(*) from long)
        )
        from chosen as c
      $sql$,
      lead_sync.edge_page_sql(
        v_state,
        'select r.key, r.version, row_number() over (order by r.version) as place from lead_sync.edge_rows as r '
        'where r.edge_table = $1 and r.sent < r.version and r.refusal is null order by r.version limit $3'
      )
    ) into v_page using v_state.edge_table, null::text, v_limit, lead_sync.edge_longest_row();
    if (v_page ->> 'refused')::integer > 0 then
      perform lead_sync.hold_edge_run((p_request -> 'run') - array['calls', 'rows_read', 'rows_written'], jsonb_build_object('refused', v_page -> 'refused'));
    end if;
    if v_page -> 'versions' <> '[]' then
      return jsonb_build_object(
        'table', v_state.edge_table,
        'upserts', jsonb_build_object('sql', jsonb_build_array(lead_sync.edge_upsert_sql(v_state, lead_sync.edge_target(v_state))), 'rows', v_page -> 'upserts'),
        'deletes', jsonb_build_object('sql', to_jsonb(lead_sync.edge_delete_sql(v_state, lead_sync.edge_target(v_state))), 'rows', v_page -> 'deletes'),
        'before', jsonb_build_object(
          'sql', format('select coalesce(max(value), 0) as version from edge_state where name = %L', 'sent:' || v_state.edge_table), 'params', '[]'::jsonb
        ),
        'after', jsonb_build_object(
          'sql', format(
            'insert into edge_state (name, value) values (%L, cast(?1 as integer)) on conflict (name) do update set value = max(value, excluded.value)',
            'sent:' || v_state.edge_table
          ),
          'params', jsonb_build_array(v_page ->> 'latest')
        ),
        'versions', v_page -> 'versions',
        'remaining', (
          select count(*) from (
            select from lead_sync.edge_rows as r
            where r.edge_table = v_state.edge_table and r.sent < r.version and r.refusal is null
            limit 100000
          ) as d
        )
      );
    end if;
  end loop;
  return jsonb_build_object('table', null, 'remaining', 0);
end
$$;
