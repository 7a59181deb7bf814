-- The last check of a direction that came to its end: {at, whole, status} and its counts; null for none.
create or replace function lead_sync.measure_edge_check(p_direction text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select '{"compared": 0, "rows_here": 0, "rows_there": 0, "missing": 0, "extra": 0, "different": 0, "stale": 0, "ahead": 0, "repaired": 0}'::jsonb || r.figures
      || jsonb_build_object('at', r.finished_at, 'whole', r.whole, 'findings', r.findings)
    from lead_sync.edge_runs as r
    where r.direction = p_direction and r.mode = 'check' and r.status = 'succeeded' and r.started_at <= p_now
    order by r.started_at desc limit 1
  );
end
$$;
