-- The 10 newest runs, each with about when it will end if it runs and goes on like that.
create or replace function lead_sync.recent_runs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(
    (to_jsonb(r) - array['token', 'lease_until', 'findings', 'object', 'policy']) || jsonb_build_object(
      'rows_of', (select o.object from lead_sync.objects as o where o.object = r.object), -- null: leads
      'estimated_end', case
        when r.status = 'running' and r.lease_until > p_now and r.progress > 0 then r.started_at + (p_now - r.started_at) / r.progress::double precision
      end
    )
    order by r.started_at desc
  ), '[]')
  from (select * from public.lead_sync_runs as n order by n.started_at desc limit 10) as r
$$;
