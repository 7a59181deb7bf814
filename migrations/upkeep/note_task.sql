-- Notes what a task of the upkeep did last.
create or replace function lead_sync.note_task(p_task text, p_at timestamptz, p_result jsonb) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.maintenance_tasks (task, last_at, result) values (p_task, p_at, p_result)
  on conflict (task) do update set last_at = excluded.last_at, result = excluded.result;
$$;
