-- Hints of sources that have been known for over an hour, and of which reading or storing the lead failed the last time.
-- Returns {count, examples: up to five texts "source id: reason", the latest first}. Reads an index of failing hints alone.
create or replace function lead_sync.failing_hints(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'count', count(*),
      'examples', coalesce((
        array_agg(concat_ws(' ', i.source, i.external_id || ':', left(i.last_error, 200)) order by i.received_at desc, i.external_id)
      )[1:5], '{}')
    )
    from lead_sync.intake_inbox as i
    where i.done_at is null and i.last_error is not null and i.received_at < p_now - interval '1 hour'
  );
end
$$;
