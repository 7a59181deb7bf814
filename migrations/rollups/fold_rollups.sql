-- Makes few rows of many: counts of leads one row a key, activity one row a minute, after two hours one an hour. Takes 50,000 rows of each at most, so that it
-- ends in time after a long pause; the next call goes on. Only one session folds at a time; writers never wait.
create or replace function lead_sync.fold_rollups(p_now timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_last_hour timestamptz := date_trunc('hour', p_now - interval '2 hours', 'utc');
begin
  if not pg_try_advisory_xact_lock(hashtext('lead_sync.fold_rollups')) then
    return;
  end if;
  with folded as (
    delete from lead_sync.lead_counts as c where c.ctid = any (array(select o.ctid from lead_sync.lead_counts as o limit 50000)) returning c.*
  )
  insert into lead_sync.lead_counts (facet, key, leads, scored, score)
  select f.facet, f.key, sum(f.leads), sum(f.scored), sum(f.score) from folded as f group by 1, 2
  having sum(f.leads) <> 0 or sum(f.scored) <> 0 or sum(f.score) <> 0;

  with folded as (
    delete from lead_sync.activity as a
    where a.ctid = any (array(
      select o.ctid from lead_sync.activity as o where o.grain = 0 and o.minute < p_now - interval '2 minutes' order by o.minute limit 50000
    ))
    returning a.*
  )
  insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
  select f.minute, 1, f.sync_type, f.sync_direction, f.sync_status, f.category, f.lag_bucket, sum(f.entries)
  from folded as f
  group by 1, 3, 4, 5, 6, 7;

  with folded as (
    delete from lead_sync.activity as a
    where a.ctid = any (array(
      select o.ctid from lead_sync.activity as o where o.grain = 1 and o.minute < v_last_hour order by o.minute limit 50000
    ))
    returning a.*
  )
  insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
  select date_trunc('hour', f.minute, 'utc'), 2, f.sync_type, f.sync_direction, f.sync_status, f.category, f.lag_bucket, sum(f.entries)
  from folded as f
  group by 1, 3, 4, 5, 6, 7;
end
$$;
