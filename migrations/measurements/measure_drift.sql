-- The last reconciliation that got through, or found something before it failed; total leaves duplicates out, which only a human can merge. Null for none.
-- Of compared, compared_live are those not deleted in Twenty.
create or replace function lead_sync.measure_drift(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select
    jsonb_build_object('compared', 0, 'missing', 0, 'orphaned', 0, 'different', 0, 'unsynced', 0, 'impossible', 0, 'duplicates', 0)
    || (
      select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(r.figures) as f
      where f.key in ('compared', 'compared_live', 'missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')
    )
    || jsonb_build_object('run_id', r.id, 'status', r.status, 'finished_at', r.finished_at, 'error', lead_sync.mask_text(r.error), 'total', t.total)
  from public.lead_sync_runs as r
  cross join lateral (
    select coalesce(sum((f.value #>> '{}')::bigint), 0) as total from jsonb_each(r.figures) as f
    where f.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible')
  ) as t
  where r.direction = 'bidirectional' and r.started_at <= p_now and (r.status = 'succeeded' or (r.status = 'failed' and t.total > 0))
  order by r.started_at desc
  limit 1
$$;
