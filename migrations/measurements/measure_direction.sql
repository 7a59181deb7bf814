-- The newest run of a direction and its last success; drains of the inbox do not count, they see only what webhooks named.
-- A run that is alive and reports counts as success so far: a first pull may take hours.
--   p_adapter  whose rows were synced
create or replace function lead_sync.measure_direction(p_direction text, p_now timestamptz, p_adapter text default 'lead') returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'last_success', f.last_success,
    'minutes', round(extract(epoch from p_now - f.last_success) / 60, 1),
    'running_since', case when f.alive then f.started_at end,
    'last_run', f.run
  )
  from (
    select
      n.status = 'running' and n.lease_until > p_now as alive,
      n.started_at,
      case
        when n.status = 'running' and n.lease_until > p_now then p_now
        else (
          select r.finished_at from public.lead_sync_runs as r
          where r.direction = p_direction and r.mode <> 'inbox' and r.status = 'succeeded' and r.started_at <= p_now
            and coalesce(r.object = w.object, r.object <> all (w.others))
          order by r.started_at desc
          limit 1
        )
      end as last_success,
      case
        when n.id is not null then jsonb_build_object(
          'id', n.id, 'mode', n.mode, 'trigger', n.trigger, 'status', n.status, 'started_at', n.started_at, 'finished_at', n.finished_at,
          'error', lead_sync.mask_text(n.error)
        )
      end as run
    from (
      -- of leads there is no object: their records are of the one that the run names
      select
        (select o.object from lead_sync.objects as o where o.adapter = p_adapter) as object,
        array(select o.object from lead_sync.objects as o where o.object is not null) as others
    ) as w
    left join lateral (
      select * from public.lead_sync_runs as r
      where r.direction = p_direction and r.mode <> 'inbox' and r.started_at <= p_now and coalesce(r.object = w.object, r.object <> all (w.others))
      order by r.started_at desc
      limit 1
    ) as n on true
  ) as f
$$;
