-- How much was found so far: {missing: 0, orphaned: 0, different: 0, unsynced: 0, impossible: 0, duplicates: 0}.
create or replace function lead_sync.count_findings(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select '{"missing": 0, "orphaned": 0, "different": 0, "unsynced": 0, "impossible": 0, "duplicates": 0}'::jsonb || (
    select coalesce(jsonb_object_agg(c.kind, c.count), '{}')
    from (select f.kind, count(*) from lead_sync.findings as f where f.run_id = p_run_id group by f.kind) as c
  )
$$;
