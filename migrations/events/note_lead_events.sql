-- After leads were written, by anyone: what feeds want of it. Without nested loops, as all that joins the rows before to those after: the plan is that for as many rows
-- as a session's first call had, and one lead edited alone would have the next thousand compared each with each.
create or replace function lead_sync.note_lead_events() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
begin
  if not exists (select from lead_sync.event_feeds) then
    return null;
  elsif tg_op = 'INSERT' then
    insert into lead_sync.lead_events (feed, event, lead_id, details)
    select f.feed, e.event, n.id, e.details
    from new_leads as n
    cross join lead_sync.event_feeds as f
    cross join lateral (
      select 'created', '{}'::jsonb
      union all
      select 'score_crossed', jsonb_build_object('score', n.lead_score, 'before', null, 'direction', 'up') where n.lead_score >= f.score
    ) as e (event, details)
    where e.event = any (f.events)
    order by n.created_at, n.id, e.event;
    return null;
  elsif not lead_sync.wants_event('{changed,synced,held,failed,score_crossed,segment_changed}') then
    return null;
  end if;

  insert into lead_sync.lead_events (feed, event, lead_id, details)
  select f.feed, e.event, n.id, e.details
  from new_leads as n
  join old_leads as o on o.id = n.id
  cross join lateral (
    select
      case when n.sync_status = o.sync_status then null when n.sync_status = 'error' and n.sync_error_count > o.sync_error_count then 'failed'
        when n.sync_status = 'error' then 'held' when n.sync_status = 'synced' then 'synced' end as status,
      case when lead_sync.wants_event('{changed}') then lead_sync.changed_fields(lead_sync.lead_values(o), lead_sync.lead_values(n)) end as fields
    offset 0
  ) as c
  cross join lead_sync.event_feeds as f
  cross join lateral (
    select 'changed', jsonb_build_object('fields', to_jsonb(c.fields)) where c.fields <> '{}' and (f.fields is null or f.fields && c.fields)
    union all
    select c.status, case when c.status = 'synced' then '{}' else jsonb_build_object('reason', n.sync_error_message) end where c.status is not null
    union all
    select 'score_crossed', jsonb_build_object('score', n.lead_score, 'before', o.lead_score, 'direction', case when n.lead_score >= f.score then 'up' else 'down' end)
    where (coalesce(n.lead_score, '-infinity') >= f.score) <> (coalesce(o.lead_score, '-infinity') >= f.score)
    union all
    select 'segment_changed', jsonb_build_object(
      'segment', (select s.segment_name from public.customer_segments as s where s.id = n.segment_id),
      'before', (select s.segment_name from public.customer_segments as s where s.id = o.segment_id)
    )
    where n.segment_id is distinct from o.segment_id
  ) as e (event, details)
  where e.event = any (f.events)
  order by n.id, f.feed;
  return null;
end
$$;
