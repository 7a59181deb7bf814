-- What run_sync_maintenance does: what is short first, then the archive; when that is done and time is left, the daily summary, the purge, what sources sent and named and the clean-up;
-- last, where they are wanted, the search for duplicates and, once a month, the figures of data quality, of both of which what goes wrong undoes nothing of the rest and stands in the answer.
create or replace function lead_sync.maintain(p_time interval, p_now timestamptz, p_cleanup boolean) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_started timestamptz := clock_timestamp();
  v_until timestamptz := v_started + p_time;
  v_today timestamptz := date_trunc('day', p_now, 'utc');
  v_settings lead_sync.settings;
  v_before timestamptz;
  v_released integer;
  v_archived integer := 0;
  v_summary jsonb;
  v_purged integer := 0;
  v_raw_erased integer := 0;
  v_hints integer := 0;
  v_events integer := 0;
  v_cleanup jsonb;
  v_duplicates jsonb;
  v_quality jsonb;
  v_has_more boolean;
begin
  if not pg_try_advisory_xact_lock(hashtext('lead_sync.maintain')) then
    raise exception 'Maintenance is running already' using errcode = 'PT409', hint = 'Call again in a minute.';
  end if;
  select * into strict v_settings from lead_sync.settings;
  v_before := v_today - make_interval(days => v_settings.history_days);
  perform lead_sync.fold_rollups(p_now);
  v_released := lead_sync.release_stale_claims(p_now);
  v_archived := lead_sync.archive_history(v_before, v_until);
  perform lead_sync.note_task('archive', p_now, jsonb_build_object('archived', v_archived));

  v_has_more := clock_timestamp() > v_until;
  if not v_has_more then
    v_summary := lead_sync.sum_up_days(v_until - clock_timestamp());
    v_has_more := v_summary -> 'days_left' <> '0';
  end if;
  if not v_has_more then
    perform public.refresh_daily_summary();
    perform lead_sync.note_task('daily_summary', p_now, v_summary);
    delete from lead_sync.activity as a
    where a.minute < v_today - make_interval(days => least(v_settings.history_days + 10, v_settings.archive_days));
    delete from lead_sync.history_archive as a
    where a.ctid = any (array(
      select o.ctid from lead_sync.history_archive as o
      where o.synced_at < v_today - make_interval(days => v_settings.archive_days)
      order by o.synced_at
      limit 20000
    ));
    get diagnostics v_purged = row_count;
    v_raw_erased := lead_sync.erase_raw(v_today, 20000);
    v_hints := lead_sync.forget_hints(v_today, 20000);
    perform lead_sync.forget_changes(p_now);
    v_events := lead_sync.forget_events(v_before, 20000);
    if coalesce(
      p_cleanup, not exists (select from lead_sync.maintenance_tasks as t where t.task = 'cleanup' and t.last_at > p_now - interval '7 days')
    ) then
      v_cleanup := lead_sync.clean_up(p_now);
      perform lead_sync.note_task('cleanup', p_now, v_cleanup);
    end if;
    v_has_more := v_purged = 20000 or v_raw_erased = 20000 or v_hints = 20000 or v_events = 20000 or coalesce((v_cleanup ->> 'resolved_errors')::integer = 20000, false);
  end if;
  if not v_has_more and v_settings.find_duplicates then
    begin
      v_duplicates := lead_sync.search_duplicates(v_until);
    exception when others then
      if lead_sync.ends_the_call(sqlstate) then
        raise;
      end if;
      v_duplicates := jsonb_build_object('has_more', false, 'problem', format('%s (%s)', sqlerrm, sqlstate));
    end;
    v_has_more := (v_duplicates ->> 'has_more')::boolean;
    perform lead_sync.note_task('duplicates', p_now, v_duplicates || jsonb_build_object('open', lead_sync.count_duplicates()));
  end if;
  if v_settings.keep_data_quality and not exists (
    select from lead_sync.data_quality as q where q.month = date_trunc('month', p_now at time zone 'UTC')::date
  ) then
    begin
      v_quality := jsonb_build_object('kept', lead_sync.keep_data_quality(p_now));
    exception when others then
      if lead_sync.ends_the_call(sqlstate) then
        raise;
      end if;
      v_quality := jsonb_build_object('problem', format('%s (%s)', sqlerrm, sqlstate));
    end;
    perform lead_sync.note_task('data_quality', p_now, v_quality);
  end if;

  return jsonb_build_object(
    'has_more', v_has_more,
    'archived', v_archived,
    'summary', v_summary,
    'released_claims', v_released,
    'purged', v_purged,
    'raw_erased', v_raw_erased,
    'cleanup', v_cleanup,
    'duplicates', v_duplicates,
    'data_quality', v_quality,
    'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 2)
  );
end
$$;
