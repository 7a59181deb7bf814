-- All about the edge replica: {enabled: false} while it is off, or {enabled: true, at, down, up, tables: [{table, direction, pending, oldest_pending, refused, examples,
-- rebuild}], check: {down, up}, last_24h: {calls, rows_read, rows_written, rows}, rejects}. Counts go up to 100,000.
create or replace function lead_sync.measure_edge(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if not exists (select from lead_sync.edge_states) then
    return '{"enabled": false}';
  end if;
  return jsonb_build_object(
    'enabled', true,
    'at', p_now,
    'down', lead_sync.measure_edge_direction('down', p_now),
    'up', lead_sync.measure_edge_direction('up', p_now),
    'tables', (
      select jsonb_agg(
        jsonb_build_object(
          'table', s.edge_table, 'direction', s.direction, 'pending', d.pending, 'pending_hour', d.pending_hour, 'oldest_pending', d.oldest, 'refused', f.refused,
          'examples', f.examples,
          'rebuild', case when s.rebuild_id is not null then jsonb_build_object('phase', s.rebuild_phase, 'since', s.rebuild_since, 'share', lead_sync.edge_fill_share(s)) end
        )
        order by s.direction, s.edge_table
      )
      from lead_sync.edge_states as s
      cross join lateral (
        select count(*) as pending, count(*) filter (where p.changed_at < p_now - interval '1 hour') as pending_hour, min(p.changed_at) as oldest
        from (
          select r.changed_at from lead_sync.edge_rows as r
          where r.edge_table = s.edge_table and r.sent < r.version and r.refusal is null
          order by r.version
          limit 100000
        ) as p
      ) as d
      cross join lateral (
        select count(*) as refused, coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'reason', p.refusal)) filter (where p.place <= 5), '[]') as examples
        from (
          select r.key, r.refusal, row_number() over () as place from lead_sync.edge_rows as r
          where r.edge_table = s.edge_table and r.refusal is not null
          limit 100000
        ) as p
      ) as f
    ),
    'check', jsonb_build_object('down', lead_sync.measure_edge_check('down', p_now), 'up', lead_sync.measure_edge_check('up', p_now)),
    'last_24h', (
      select jsonb_build_object(
        'runs', count(*), 'failed', count(*) filter (where r.status in ('failed', 'expired')),
        'calls', coalesce(sum((r.figures ->> 'calls')::bigint), 0), 'rows_read', coalesce(sum((r.figures ->> 'rows_read')::bigint), 0),
        'rows_written', coalesce(sum((r.figures ->> 'rows_written')::bigint), 0), 'rows', coalesce(sum((r.figures ->> 'rows')::bigint), 0)
      )
      from lead_sync.edge_runs as r
      where r.started_at > p_now - interval '24 hours' and r.started_at <= p_now
    ),
    'rejects', jsonb_build_object(
      'count', (select count(*) from lead_sync.edge_rejects),
      'examples', (
        select coalesce(jsonb_agg(jsonb_build_object('table', j.edge_table, 'key', j.key, 'reason', j.reason, 'at', j.at) order by j.at desc), '[]')
        from (select * from lead_sync.edge_rejects as n order by n.id desc limit 5) as j
      )
    )
  );
end
$$;
