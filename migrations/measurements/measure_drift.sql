-- The last reconciliation that got through, or found something before it failed; total leaves duplicates out, which only a human can merge. Null for none.
-- What a comparison by ranges does not look at stays as the last comparison of all ids found it. Of compared, compared_live are those not deleted in Twenty.
-- p_adapter: whose rows were reconciled.
create or replace function lead_sync.measure_drift(p_now timestamptz, p_adapter text default 'lead') returns jsonb
language sql stable set search_path = '' as $$
  with run as (
    select
      r.*,
      not r.figures ? 'ranges' as is_all,
      (
        select coalesce(sum((f.value #>> '{}')::bigint), 0) from jsonb_each(r.figures) as f
        where f.key in ('missing', 'orphaned', 'different', 'unsynced', 'impossible')
      ) as total
    from public.lead_sync_runs as r
    where r.direction = 'bidirectional' and r.started_at <= p_now and case p_adapter
      when 'lead' then r.object not in (select o.object from lead_sync.objects as o where o.object is not null)
      else r.object = (select o.object from lead_sync.objects as o where o.adapter = p_adapter)
    end
  ),
  last as (
    select r.* from run as r where r.status = 'succeeded' or (r.status = 'failed' and r.total > 0) order by r.started_at desc limit 1
  ),
  seen as (
    select
      l.id, l.status, l.finished_at, l.error,
      jsonb_build_object('compared', 0, 'missing', 0, 'orphaned', 0, 'different', 0, 'unsynced', 0, 'impossible', 0, 'duplicates', 0)
      || (
        select coalesce(jsonb_object_agg(f.key, greatest((f.value #>> '{}')::bigint, (a.figures ->> f.key)::bigint)), '{}')
        from jsonb_each(l.figures) as f
        where f.key in ('compared', 'compared_live', 'missing', 'orphaned', 'different', 'unsynced', 'impossible', 'duplicates')
      ) as figures
    from last as l
    left join lateral (
      select jsonb_build_object('unsynced', r.figures -> 'unsynced', 'impossible', r.figures -> 'impossible', 'duplicates', r.figures -> 'duplicates') as figures
      from run as r
      where not l.is_all and r.is_all and r.status = 'succeeded' and r.started_at < l.started_at
      order by r.started_at desc
      limit 1
    ) as a on true
  )
  select s.figures || jsonb_build_object(
    'run_id', s.id, 'status', s.status, 'finished_at', s.finished_at, 'error', lead_sync.mask_text(s.error),
    'total', (select sum((s.figures ->> k)::bigint) from unnest('{missing, orphaned, different, unsynced, impossible}'::text[]) as k)
  )
  from seen as s
$$;
