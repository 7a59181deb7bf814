-- Notes that a workflow looked.
create or replace function lead_sync.note_heartbeat(p_source text, p_at timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.heartbeats as h (source, at) values (p_source, p_at)
  on conflict (source) do update set at = greatest(h.at, excluded.at);
$$;
