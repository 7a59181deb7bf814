-- How the intake of a source is doing.
-- Returns {cursors: {channel: read_until}, waiting, waiting_since, failing, last_error}: hints that are not done, since when the oldest of them is, how many
-- of them failed at least once, and why the latest of those did.
create or replace function public.get_intake(p_source text) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select jsonb_build_object(
      'cursors', (select coalesce(jsonb_object_agg(c.channel, c.read_until), '{}') from lead_sync.intake_cursors as c where c.source = p_source),
      'waiting', count(*),
      'waiting_since', min(i.received_at),
      'failing', count(*) filter (where i.last_error is not null),
      'last_error', (array_agg(i.last_error order by i.due_at desc) filter (where i.last_error is not null))[1]
    )
    from lead_sync.intake_inbox as i
    where i.source = p_source and i.done_at is null
  );
end
$$;
