-- Puts records that webhooks named into the inbox, one row each however many hints come. A record that is being read right now is read once more.
--   p_events  [{object, record_id}], up to 10,000; more keys are ignored, and so are objects that are not synced
-- Hints for companies count for leads where fields of the company are mapped, those for notes and the like once activities are pulled, those for other objects, companies among them, from their first run on.
-- A company may so be two rows: its own, and <object of leads>.company, which stands for its people. Returns {added, coalesced, ignored, waiting}: new rows, hints for rows that were waiting already,
-- events of nothing that is synced, and how many records wait now (counted up to 100,000).
create or replace function public.add_to_inbox(p_events jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_known integer;
  v_added integer;
  v_ignored integer;
begin
  if jsonb_typeof(p_events) is distinct from 'array' then
    raise exception 'p_events must be an array of events' using errcode = '22023', hint = 'Pass [{"object": "person", "record_id": "…"}].';
  elsif jsonb_array_length(p_events) > 10000 then
    raise exception 'At most 10,000 events a call, got %', jsonb_array_length(p_events) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  with wanted as materialized (
    select s.object, s.object as noted_as from lead_sync.settings as s
    union
    select 'company', s.object || '.company' from lead_sync.settings as s
    where exists (select from lead_sync.field_mappings as m where m.object = s.object and m.enabled and m.twenty_field like 'company.%')
    union
    select o.object, o.object from lead_sync.activity_objects() as o join lead_sync.activity_cursors as c on c.object = o.object
    union
    select o.object, o.object from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object
  ),
  event as materialized (
    select e ->> 'object' as object, case when lead_sync.is_uuid(e ->> 'record_id') then (e ->> 'record_id')::uuid end as record_id
    from jsonb_array_elements(p_events) as e
  ),
  record as materialized (
    select w.noted_as as object, e.record_id, count(*)::integer as hints
    from event as e join wanted as w on w.object = e.object
    where e.record_id is not null
    group by w.noted_as, e.record_id
  ),
  noted as (
    insert into lead_sync.inbox as i (object, record_id, hints)
    select r.object, r.record_id, r.hints from record as r
    order by r.object, r.record_id -- one order everywhere means no deadlock
    on conflict (object, record_id) do update set
      hints = i.hints + excluded.hints,
      due_at = least(i.due_at, excluded.due_at),
      hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end
    returning i.object, i.record_id, i.hints
  )
  select
    (select coalesce(sum(r.hints), 0) from record as r),
    (select count(*) from noted as n join record as r using (object, record_id) where n.hints = r.hints),
    (select count(*) from event as e where e.record_id is null or not exists (select from wanted as w where w.object = e.object))
  into v_known, v_added, v_ignored;

  perform lead_sync.count_hints(v_added, v_known - v_added, v_ignored, 0);
  return jsonb_build_object(
    'added', v_added,
    'coalesced', v_known - v_added,
    'ignored', v_ignored,
    'waiting', (select count(*) from (select from lead_sync.inbox as i limit 100000) as waiting)
  );
end
$$;
