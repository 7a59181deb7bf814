-- Rollups: the writers of history and leads count what they write, folding keeps the counts small, days are summed up for the daily summary.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- After history was written: one row per minute, kind, outcome and tenth of lag. A full resync has no lag: its people changed long ago.
create or replace function lead_sync.note_history() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into lead_sync.activity (minute, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
  select
    date_trunc('minute', h.synced_at), h.sync_type, h.sync_direction, h.sync_status,
    case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
    case
      when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
        then ceil(20 * log(greatest(extract(epoch from h.synced_at - h.created_at), 0.05)::double precision))::integer
    end,
    count(*)
  from new_entries as h
  left join public.lead_sync_runs as r on r.id = h.run_id
  group by 1, 2, 3, 4, 5, 6;
  return null;
end
$$;

-- Adds leads to the counts by status, segment and score, or takes them away. The arrays go side by side: of one status, segment and score so many leads,
-- a negative number for fewer. What evens out adds nothing.
create or replace function lead_sync.add_lead_counts(p_statuses text[], p_segments uuid[], p_scores numeric[], p_leads bigint[]) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.lead_counts (facet, key, leads, scored, score)
  select
    case when grouping(w.sync_status) = 0 then 'status' when grouping(w.segment_id) = 0 then 'segment' else 'score' end,
    coalesce(w.sync_status, w.segment_id::text, w.band::text, ''), sum(w.leads),
    coalesce(sum(w.leads) filter (where w.lead_score is not null), 0) * (1 - grouping(w.segment_id)),
    case when grouping(w.segment_id) = 0 then coalesce(sum(w.leads * w.lead_score), 0) else 0 end
  from (
    select u.*, greatest(least(floor(u.lead_score / 10), 9), 0) as band
    from unnest(p_statuses, p_segments, p_scores, p_leads) as u (sync_status, segment_id, lead_score, leads)
  ) as w
  group by grouping sets ((w.sync_status), (w.segment_id), (w.band))
  having sum(w.leads) <> 0 or (
    grouping(w.segment_id) = 0 and (sum(w.leads) filter (where w.lead_score is not null) <> 0 or sum(w.leads * w.lead_score) <> 0)
  );
$$;

-- After leads were written: what that changed in the counts.
create or replace function lead_sync.note_lead_counts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from lead_sync.lead_counts where true;
  elsif tg_op = 'UPDATE' then
    perform lead_sync.add_lead_counts(array_agg(w.sync_status), array_agg(w.segment_id), array_agg(w.lead_score), array_agg(w.leads))
    from (
      select n.sync_status, n.segment_id, n.lead_score, 1 as leads from new_leads as n
      union all
      select o.sync_status, o.segment_id, o.lead_score, -1 from old_leads as o
    ) as w;
  else
    perform lead_sync.add_lead_counts(
      array_agg(c.sync_status), array_agg(c.segment_id), array_agg(c.lead_score), array_agg(case tg_op when 'DELETE' then -1 else 1 end)
    )
    from changed_leads as c;
  end if;
  return null;
end
$$;

-- The counts worked out anew, for where the triggers were off.
create or replace function lead_sync.recount_leads() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_done text;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.fold_rollups'));
  -- one statement, one snapshot: a lead written meanwhile brings its own count
  with outdated as (
    delete from lead_sync.lead_counts where true
  ),
  counted as (
    select l.sync_status, l.segment_id, l.lead_score, count(*) as leads from public.leads as l group by 1, 2, 3
  )
  select lead_sync.add_lead_counts(array_agg(c.sync_status), array_agg(c.segment_id), array_agg(c.lead_score), array_agg(c.leads))
  from counted as c
  into v_done;
end
$$;

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

-- The lag, in seconds, that this share of the leads stays under. p_buckets: leads by lag bucket; null for none. Half a bucket (6 %) off at most.
create or replace function lead_sync.lag_percentile(p_buckets jsonb, p_share numeric) returns numeric
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select round(power(10::numeric, (min(b.bucket) - 0.5) / 20), 1)
  from (
    select e.key::integer as bucket, sum(e.value::bigint) over (order by e.key::integer) as up_to, sum(e.value::bigint) over () as total
    from jsonb_each_text(p_buckets) as e
  ) as b
  where b.up_to >= p_share * b.total
$$;

-- Sums up the days of history whose number of entries changed since they were summed up, oldest first, for about this long.
-- Archived entries count, so that a late entry of an old day does no harm. Returns {days, days_left}.
create or replace function lead_sync.sum_up_days(p_time interval) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_until timestamptz := clock_timestamp() + p_time;
  v_days integer := 0;
  v_left integer := 0;
  v_day record;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.sum_up_days'));
  for v_day in
    select c.sync_date, c.entries, c.sync_date::timestamp at time zone 'utc' as starts_at
    from (
      select (a.minute at time zone 'utc')::date as sync_date, sum(a.entries) as entries from lead_sync.activity as a group by 1
    ) as c
    left join lead_sync.summed_days as d on d.sync_date = c.sync_date
    where d.entries is distinct from c.entries
      -- what is older was purged from the archive: its sum stands
      and c.sync_date >= (now() at time zone 'utc')::date - (select s.archive_days from lead_sync.settings as s)
    order by c.sync_date
  loop
    if clock_timestamp() > v_until then
      v_left := v_left + 1;
      continue;
    end if;
    delete from lead_sync.daily_activity as d where d.sync_date = v_day.sync_date;
    insert into lead_sync.daily_activity (sync_date, sync_direction, sync_status, sync_count, unique_leads)
    select v_day.sync_date, h.sync_direction, h.sync_status, count(*), count(distinct h.lead_id)
    from (
      select r.sync_direction, r.sync_status, r.lead_id from public.lead_sync_history as r
      where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '1 day'
      union all
      select r.sync_direction, r.sync_status, r.lead_id from lead_sync.history_archive as r
      where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '1 day'
    ) as h
    group by h.sync_direction, h.sync_status;
    insert into lead_sync.summed_days (sync_date, entries) values (v_day.sync_date, v_day.entries)
    on conflict (sync_date) do update set entries = excluded.entries;
    v_days := v_days + 1;
  end loop;
  return jsonb_build_object('days', v_days, 'days_left', v_left);
end
$$;

create or replace trigger lead_sync_history_note after insert on public.lead_sync_history
  referencing new table as new_entries for each statement execute function lead_sync.note_history();
create or replace trigger leads_count_inserted after insert on public.leads
  referencing new table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_deleted after delete on public.leads
  referencing old table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_truncated after truncate on public.leads
  for each statement execute function lead_sync.note_lead_counts();

-- what was there before the triggers
insert into lead_sync.activity (minute, grain, sync_type, sync_direction, sync_status, category, lag_bucket, entries)
select
  date_trunc('hour', h.synced_at, 'utc'), 2, h.sync_type, h.sync_direction, h.sync_status,
  case when h.sync_status = 'error' then lead_sync.error_group(h.error_message) end,
  case
    when h.sync_status = 'synced' and h.lead_id is not null and h.sync_type <> 'intake' and r.mode is distinct from 'full'
      then ceil(20 * log(greatest(extract(epoch from h.synced_at - h.created_at), 0.05)::double precision))::integer
  end,
  count(*)
from public.lead_sync_history as h
left join public.lead_sync_runs as r on r.id = h.run_id
where not exists (select from lead_sync.activity)
group by 1, 3, 4, 5, 6, 7;
do $$ begin perform lead_sync.recount_leads(); end $$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';
