-- The next rows to fill in, by key: {rows, versions, position}; position null: these are the last ones. A row that D1 cannot take is noted and left out.
create or replace function lead_sync.edge_fill_page(p_state lead_sync.edge_states) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_page jsonb;
begin
  execute format(
    $sql$
      with page as materialized (%s),
      long as (
        insert into lead_sync.edge_rows as r (edge_table, key, version, refusal)
        select $1, p.key, p.version, format('The row has %%s bytes, D1 takes 2,000,000: shorten a value, or leave its column out of lead_sync.edge_tables', octet_length(p.row_text))
        from page as p where octet_length(p.row_text) > $5
        on conflict (edge_table, key) do update set refusal = excluded.refusal where r.version = excluded.version
      ),
      chosen as (select p.* from page as p where p.total <= 1000000 or p.place = 1)
      select jsonb_build_object(
        'rows', coalesce(jsonb_agg(c.row_text order by c.place) filter (where octet_length(c.row_text) <= $5), '[]'),
        'versions', coalesce(jsonb_agg(jsonb_build_array(c.key, c.version) order by c.place) filter (where octet_length(c.row_text) <= $5), '[]'),
        'position', case when count(*) = $3 or count(*) < (select count(*) from page) then (array_agg(c.key order by c.place desc))[1] end
      )
      from chosen as c
    $sql$,
    lead_sync.edge_page_sql(p_state, format(
      $sql$
        select f.key, coalesce(r.version, $4) as version, f.place
        from (
          select q.%1$I::text as key, row_number() over (order by q.%1$I) as place from %2$s as q
          where ($2 is null or q.%1$I > $2::%3$s) %4$s
          order by q.%1$I
          limit $3
        ) as f
        left join lead_sync.edge_rows as r on r.edge_table = $1 and r.key = f.key collate "C"
      $sql$,
      p_state.key_column, to_regclass(p_state.source), p_state.key_type,
      case when p_state.deleted_column is null then '' else format('and q.%I is null', p_state.deleted_column) end
    ))
  ) into v_page using p_state.edge_table, p_state.rebuild_position, 2000, p_state.floor, lead_sync.edge_longest_row();
  return v_page;
end
$$;
