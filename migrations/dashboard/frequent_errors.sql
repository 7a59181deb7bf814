-- The most frequent failures among the newest 5,000 of the period, by category and masked message.
create or replace function lead_sync.frequent_errors(p_since timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(e) order by e.count desc, e.last_at desc), '[]')
  from (
    select n.category, n.message, sum(n.count) as count, sum(n.leads) as leads, max(n.last_at) as last_at
    from (
      -- texts are masked once each, not once a failure
      select lead_sync.error_group(f.error_message) as category, lead_sync.mask_text(coalesce(f.error_message, 'no reason given')) as message,
        f.count, f.leads, f.last_at
      from (
        select h.error_message, count(*) as count, count(distinct h.lead_id) as leads, max(h.synced_at) as last_at
        from (
          select * from public.lead_sync_history as newest
          where newest.sync_status = 'error' and newest.synced_at >= p_since
          order by newest.synced_at desc
          limit 5000
        ) as h
        group by h.error_message
        order by 2 desc
        limit 200
      ) as f
    ) as n
    group by n.category, n.message
    order by 3 desc, 5 desc
    limit 10
  ) as e
$$;
