-- Webhooks of this hour and the one before: hints received, records read for them, what waits, drains that failed, and how many changes a pull found that no webhook had named.
-- Null when no hint came for a week.
create or replace function lead_sync.measure_webhooks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select case when h.in_use then jsonb_build_object(
    'since', t.since,
    'received', h.received,
    'processed', h.processed,
    'waiting', w.waiting,
    'oldest_waiting', w.oldest,
    'failed', (
      select count(*) from public.lead_sync_runs as r
      where r.mode = 'inbox' and r.status in ('failed', 'expired') and r.started_at >= t.since and r.started_at <= p_now
    ),
    'lost', (
      select coalesce(sum(a.entries), 0) from lead_sync.activity as a
      where a.minute >= t.since and a.minute <= p_now and a.sync_type = 'scheduled_pull' and a.lag_bucket is not null
    )
  ) end
  from (select date_trunc('hour', p_now - interval '1 hour', 'utc') as since) as t
  cross join lateral (
    select
      count(*) > 0 as in_use,
      coalesce(sum(i.received) filter (where i.hour >= t.since), 0) as received,
      coalesce(sum(i.drained) filter (where i.hour >= t.since), 0) as processed
    from lead_sync.inbox_hours as i
    where i.hour > p_now - interval '7 days'
  ) as h
  cross join (
    select count(*) as waiting, min(i.waiting_since) as oldest
    from (select n.waiting_since from lead_sync.inbox as n order by n.waiting_since limit 10000) as i
  ) as w
$$;
