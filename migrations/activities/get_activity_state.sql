-- What a reader of activities needs to know.
-- Returns {object, texts, share_calls, cursors: {note: {read_until, window: null | {from, until, position, whole_since}}, …}, read_started_at}: the object that is synced as
-- leads, what is kept of texts, how far each object was read and which window is not through. Objects that were never read are missing.
create or replace function public.get_activity_state() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'object', s.object, 'texts', t.texts, 'share_calls', s.share_calls, 'read_started_at', clock_timestamp(), 'cursors', (
        select coalesce(jsonb_object_agg(c.object, jsonb_build_object(
          'read_until', c.read_until, 'window', case when c.position is not null then jsonb_build_object(
            'from', c.window_from, 'until', c.window_until, 'position', c.position, 'whole_since', c.whole_since
          ) end
        )), '{}')
        from lead_sync.activity_cursors as c
      )
    )
    from lead_sync.settings as s cross join lead_sync.activity_settings as t
  );
end
$$;
