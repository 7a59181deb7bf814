-- The weekly clean-up. Errors older than a week whose lead is synced again go to the archive; of each object and direction the newest run and the newest success stay.
-- Returns {resolved_errors, runs, conflicts, notifications}.
create or replace function lead_sync.clean_up(p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_before timestamptz := p_now - make_interval(days => (select s.runs_days from lead_sync.settings as s));
  v_errors integer;
  v_runs integer;
  v_conflicts integer;
  v_notifications integer;
begin
  with gone as (
    delete from public.lead_sync_history as h
    where h.ctid = any (array(
      select o.ctid
      from public.lead_sync_history as o
      left join public.leads as l on l.id = o.lead_id
      where o.sync_status = 'error' and o.synced_at < p_now - interval '7 days' and coalesce(l.sync_status, 'synced') = 'synced'
      order by o.synced_at
      limit 20000
      for update of o skip locked
    ))
    returning h.*
  )
  insert into lead_sync.history_archive select g.* from gone as g;
  get diagnostics v_errors = row_count;

  delete from public.lead_sync_runs as r
  where r.started_at < v_before and r.status <> 'running'
    and r.id not in (
      select distinct on (n.object, n.direction) n.id from public.lead_sync_runs as n where n.mode <> 'inbox' order by n.object, n.direction, n.started_at desc
    )
    and r.id not in (
      select distinct on (n.object, n.direction) n.id from public.lead_sync_runs as n
      where n.status = 'succeeded' and n.mode <> 'inbox'
      order by n.object, n.direction, n.started_at desc
    );
  get diagnostics v_runs = row_count;

  delete from public.lead_sync_conflicts as c where c.resolved_at < v_before;
  get diagnostics v_conflicts = row_count;

  delete from lead_sync.merges as m where m.settled_at < v_before;
  -- a no stays as long as it holds for anybody: ask_before_writes and merge_or_ask go by it
  delete from lead_sync.approvals as a
  where a.decided_at < v_before and (a.decision = 'yes' or not exists (
    select from lead_sync.approval_items as i join lead_sync.lead_states as s on s.lead_id = i.lead_id
    where i.approval_id = a.id and case a.side
      when 'twenty' then s.merged_at is not distinct from i.version
      else not s.gone and (s.remote_updated_at > i.version) is not true -- what is newer has been merged since
    end
  ));

  delete from lead_sync.alert_notifications as n where n.sent_at < p_now - interval '30 days';
  get diagnostics v_notifications = row_count;
  delete from lead_sync.audit_log as a where a.done_at < p_now - make_interval(days => (select s.archive_days from lead_sync.settings as s));
  delete from lead_sync.inbox_hours as i where i.hour < v_before;
  -- of notes and the like that nobody reads any more: who reads them again goes on where they were read last
  delete from lead_sync.inbox as i
  where i.waiting_since < p_now - interval '7 days' and i.object in (select o.object from lead_sync.activity_objects() as o);
  return jsonb_build_object('resolved_errors', v_errors, 'runs', v_runs, 'conflicts', v_conflicts, 'notifications', v_notifications);
end
$$;
