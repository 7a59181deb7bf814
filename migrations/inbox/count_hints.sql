-- Counts what came in or went out, in this session's row of the hour.
create or replace function lead_sync.count_hints(p_added integer, p_coalesced integer, p_ignored integer, p_drained integer) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.inbox_hours as h (hour, shard, received, added, coalesced, ignored, drained)
  values (date_trunc('hour', now()), pg_backend_pid() % 16, p_added + p_coalesced + p_ignored, p_added, p_coalesced, p_ignored, p_drained)
  on conflict (hour, shard) do update set
    received = h.received + excluded.received,
    added = h.added + excluded.added,
    coalesced = h.coalesced + excluded.coalesced,
    ignored = h.ignored + excluded.ignored,
    drained = h.drained + excluded.drained;
$$;
