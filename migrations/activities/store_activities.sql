-- Stores what was read of one object of Twenty. Safe to repeat, in any order, by several at once: of two readings of a record the later one stays.
--   p_object           note, task, message, calendarEvent, or a link of theirs: noteTarget, taskTarget, messageParticipant, calendarEventParticipant
--   p_records          up to 5,000. An activity: {id, updated_at, deleted_at, happened_at, author, title, text, status, due_at, restricted};
--                      a link: {id, updated_at, deleted_at, activity_id, person_id, opportunity_id, author}; {id, absent: true}: it was asked for and not there
--   p_read_started_at  when the read began, by the clock of the database (of get_activity_state, get_activity_hints, or the answer before)
--   p_page             of a window: {from, until, position, has_next, whole_since}, stored with it
--   p_hints            of get_activity_hints, those of this object: [{record_id, hints}]
-- Returns {stored, unchanged, absent, gone, read_started_at}: unchanged counts readings that were older, too; gone were missed a second time.
create or replace function public.store_activities(
  p_object text, p_records jsonb, p_read_started_at timestamptz, p_page jsonb default null, p_hints jsonb default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_kind text;
  v_is_link boolean;
  v_whole boolean := coalesce(p_page ->> 'whole_since' is not null, false);
  v_stored integer;
  v_absent jsonb;
begin
  select o.kind, o.is_link into v_kind, v_is_link from lead_sync.activity_objects() as o where o.object = p_object;
  if v_kind is null then
    raise exception 'No activities are read from the object %', coalesce(p_object, 'null') using errcode = '22023', hint = 'Pass note, noteTarget, task, taskTarget, ….';
  elsif jsonb_typeof(p_records) is distinct from 'array' or p_read_started_at is null then
    raise exception 'p_records must be an array, and p_read_started_at a time' using errcode = '22023';
  elsif jsonb_array_length(p_records) > 5000 then
    raise exception 'At most 5,000 records a call, got %', jsonb_array_length(p_records) using errcode = '22023', hint = 'Send smaller batches.';
  end if;

  v_stored := case
    when v_is_link then lead_sync.store_activity_links(v_kind, p_records, p_read_started_at, v_whole)
    else lead_sync.store_activity_records(v_kind, p_records, p_read_started_at, v_whole)
  end;
  v_absent := lead_sync.note_absent_activities(v_kind, v_is_link, p_records, p_read_started_at);
  perform lead_sync.settle_activity_hints(p_object, v_kind, v_is_link, p_hints, p_read_started_at);
  if p_page is not null then
    perform lead_sync.note_activity_page(p_object, v_kind, v_is_link, p_page);
  end if;
  return v_absent || jsonb_build_object(
    'stored', v_stored,
    'unchanged', jsonb_array_length(p_records) - v_stored - (v_absent ->> 'absent')::integer,
    'read_started_at', clock_timestamp()
  );
end
$$;
