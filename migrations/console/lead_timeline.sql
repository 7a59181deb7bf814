-- What happened to a lead and with it, the newest first, up to p_limit: touches, what the sync changed with the values before and after, syncs that failed or of which no values are kept, conflicts,
-- activities, and who did what to it.
-- Returns [{at, kind: touch | change | sync | conflict | activity | audit, …}], each with what its table has, the first texts of long ones.
create or replace function lead_sync.lead_timeline(p_lead_id uuid, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    with touch as (
      select t.touched_at as at, 'touch' as kind, lead_sync.short_values(to_jsonb(t) - array['lead_id', 'raw', 'touched_at'], 300) || jsonb_build_object('touch', t.kind) as detail
      from public.lead_touches as t where t.lead_id = p_lead_id
      order by t.touched_at desc limit p_limit
    ),
    change as materialized (
      select c.* from lead_sync.lead_changes as c where c.lead_id = p_lead_id order by c.changed_at desc limit p_limit
    ),
    shown_change as (
      select
        c.changed_at, 'change',
        jsonb_build_object('side', c.side, 'made_by', c.made_by, 'run_id', c.run_id, 'before', lead_sync.short_values(c.before, 300), 'after', lead_sync.short_values(c.after, 300))
      from change as c
    ),
    sync as (
      select
        h.synced_at, 'sync',
        jsonb_build_object('sync_type', h.sync_type, 'direction', h.sync_direction, 'status', h.sync_status, 'fields', to_jsonb(h.fields_changed[:50]), 'error', left(h.error_message, 1000))
      from (select * from public.lead_sync_history as n where n.lead_id = p_lead_id order by n.synced_at desc limit p_limit) as h
      where h.sync_status = 'error' or not exists (
        select from change as c where c.run_id is not distinct from h.run_id and c.changed_at between h.synced_at - interval '1 second' and h.synced_at + interval '1 second'
      )
    ),
    conflict as (
      select
        c.created_at, 'conflict',
        lead_sync.short_values(to_jsonb(c) - array['lead_id', 'run_id'], 300)
      from public.lead_sync_conflicts as c where c.lead_id = p_lead_id
      order by c.created_at desc limit p_limit
    ),
    activity as (
      select
        a.happened_at, 'activity',
        jsonb_build_object('activity', a.kind, 'author', left(a.author, 200), 'title', left(a.title, 300), 'excerpt', left(a.excerpt, 500), 'status', a.status, 'due_at', a.due_at)
      from public.lead_activities as a where a.lead_id = p_lead_id and a.touch_id is null
      order by a.happened_at desc nulls last limit p_limit
    ),
    audit as (
      select a.done_at, 'audit', jsonb_build_object('done_by', a.done_by, 'action', a.action, 'subject', a.subject)
      from lead_sync.audit_log as a where a.subject ? 'lead_id' and a.subject ->> 'lead_id' = p_lead_id::text
      order by a.id desc limit p_limit
    ),
    entry as (
      select * from touch union all select * from shown_change union all select * from sync union all select * from conflict union all select * from activity union all select * from audit
      order by 1 desc limit p_limit
    )
    select coalesce(jsonb_agg(e.detail || jsonb_build_object('at', e.at, 'kind', e.kind) order by e.at desc), '[]') from entry as e
  );
end
$$;
