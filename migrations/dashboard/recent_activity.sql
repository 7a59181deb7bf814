-- The 20 newest entries of history with their leads.
create or replace function lead_sync.recent_activity() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(a) order by a.synced_at desc, a.id desc), '[]')
  from (select * from public.real_time_sync_activity as r order by r.synced_at desc, r.id desc limit 20) as a
$$;
