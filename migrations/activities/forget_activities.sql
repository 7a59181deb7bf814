-- Erases what hangs on forgotten people alone, and their links; ids stay, so that no read of Twenty brings them back. Notes and tasks of theirs are to be destroyed
-- in Twenty, too, once all links were read (note_activity_page). What others share with them stays, without the link. Returns how many activities were erased.
--   p_people  ids of Twenty
create or replace function lead_sync.forget_activities(p_people uuid[]) returns bigint
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_count bigint;
begin
  with theirs as materialized (
    select distinct k.kind, k.activity_id from lead_sync.activity_links as k where k.person_id = any (p_people) and k.activity_id is not null
  ),
  alone as materialized (
    select t.kind, t.activity_id from theirs as t
    where not exists (
      select from lead_sync.activity_links as k
      where k.kind = t.kind and k.activity_id = t.activity_id and k.deleted_at is null
        and (k.person_id <> all (p_people) or (k.person_id is null and k.opportunity_id is not null))
    )
  ),
  to_destroy as (
    insert into lead_sync.to_destroy (object, record_id)
    select l.kind, l.activity_id from alone as l
    where l.kind in ('note', 'task') and exists (select from lead_sync.activity_cursors as c where c.object = l.kind || 'Target' and c.read_until is not null)
    on conflict do nothing
  ),
  erase as (
    insert into lead_sync.activities as a (kind, twenty_id, deleted_at, updated_at, read_at)
    select l.kind, l.activity_id, clock_timestamp(), 'infinity', 'infinity' from alone as l
    on conflict (kind, twenty_id) do update set
      deleted_at = excluded.deleted_at, updated_at = excluded.updated_at, read_at = excluded.read_at, absent_since = null, happened_at = null, author = null,
      title = null, excerpt = null, body = null, status = null, due_at = null
    returning 1
  )
  select count(*) into v_count from erase;
  update lead_sync.activity_links as k set
    deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = 'infinity', absent_since = null, person_id = null, opportunity_id = null, author = null
  where k.person_id = any (p_people);
  return v_count;
end
$$;
