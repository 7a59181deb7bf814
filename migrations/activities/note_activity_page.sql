-- How far an object was read, noted with what was read. At the end of a read of everything, what it did not meet is put into the inbox, to be looked for by id:
-- it was destroyed, which no window shows. Once links were read for the first time, notes and tasks that forgotten people were found to have until then are to be
-- destroyed in Twenty: only now it is known that they hang on nobody else.
create or replace function lead_sync.note_activity_page(p_object text, p_kind text, p_is_link boolean, p_page jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_whole_since timestamptz := (p_page ->> 'whole_since')::timestamptz;
  v_until timestamptz := (p_page ->> 'until')::timestamptz;
begin
  if (p_page ->> 'has_next')::boolean then
    insert into lead_sync.activity_cursors as c (object, window_from, window_until, position, whole_since)
    values (p_object, (p_page ->> 'from')::timestamptz, v_until, p_page ->> 'position', v_whole_since)
    on conflict (object) do update set
      window_from = excluded.window_from, window_until = excluded.window_until, position = excluded.position, whole_since = excluded.whole_since;
    return;
  end if;
  if p_is_link and not exists (select from lead_sync.activity_cursors as c where c.object = p_object and c.read_until is not null) then
    insert into lead_sync.to_destroy (object, record_id)
    select a.kind, a.twenty_id from lead_sync.activities as a where a.kind = p_kind and a.kind in ('note', 'task') and a.read_at = 'infinity'
    on conflict do nothing;
  end if;
  insert into lead_sync.activity_cursors as c (object, read_until) values (p_object, v_until)
  on conflict (object) do update set
    read_until = greatest(c.read_until, excluded.read_until), window_from = null, window_until = null, position = null, whole_since = null;
  if v_whole_since is null then
    return;
  end if;
  insert into lead_sync.inbox as i (object, record_id)
  select p_object, m.twenty_id
  from (
    select a.twenty_id from lead_sync.activities as a where not p_is_link and a.kind = p_kind and a.read_at < v_whole_since and a.updated_at <> 'infinity'
    union all
    select k.twenty_id from lead_sync.activity_links as k where p_is_link and k.kind = p_kind and k.read_at < v_whole_since and k.updated_at <> 'infinity'
  ) as m
  order by m.twenty_id
  on conflict (object, record_id) do nothing;
end
$$;
