-- Locks the leads to be claimed next, the longest waiting first, up to a number and to so many bytes, but one at least. Leads over which a push has died come when no
-- other is due, in ever smaller groups, at last one by one. p_stalls: only leads with so many stalls. Returns [{lead_id, stalls}], or null for none.
create or replace function lead_sync.next_due(p_adapter text, p_limit integer, p_max_bytes integer, p_stalls integer default null) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_stalls integer := coalesce(p_stalls, 0);
  v_due jsonb;
begin
  loop
    execute lead_sync.rows_sql(p_adapter, $sql$
      with due as materialized (
        select s.lead_id, s.due_at, pg_column_size(l) as bytes
        from lead_sync.lead_states as s
        join {table} as l on l.id = s.lead_id
        where s.adapter = $1 and s.due_at <= clock_timestamp() and s.stalls = $2
        order by s.due_at, s.lead_id
        limit greatest($3 >> least(3 * $2, 30), 1) -- 600, 75, 9, 1
        -- both rows: a lead that another claim has just taken is checked again in its newest version only where it is locked
        for no key update of l, s skip locked
      )
      select jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'stalls', $2)) filter (where d.total <= $4 or d.total = d.bytes)
      from (select s.*, sum(s.bytes) over (order by s.due_at, s.lead_id) as total from due as s) as d
    $sql$) into v_due using p_adapter, v_stalls, p_limit, p_max_bytes;
    exit when v_due is not null or v_stalls > 0 or p_stalls is not null;

    select s.stalls into v_stalls from lead_sync.lead_states as s
    where s.adapter = p_adapter and s.due_at <= clock_timestamp() and s.stalls > 0
    order by s.due_at, s.lead_id
    limit 1;
    exit when not found;
  end loop;
  return v_due;
end
$$;
