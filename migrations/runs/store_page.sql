-- Stores where the window stands, in the transaction that merged the page. The window's upper bound is fixed by its first page: Twenty's time when the page was read, less what has passed
-- since the moment at which its read is said to have begun. What that read showed may be stale because of a merge in between; the next window reads it again.
-- It does not pass the version of a snapshot that was not taken. After the last page the cursor becomes that bound; it never goes back.
--   p_not_taken  the earliest such version of the page; null: there is none
create or replace function lead_sync.store_page(p_run public.lead_sync_runs, p_page jsonb, p_read_started_at timestamptz, p_not_taken timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_page ->> 'until' is null or p_page -> 'has_next' is null then
    raise exception 'p_page needs until and has_next' using errcode = '22023';
  end if;
  insert into lead_sync.cursors as c (object, mode, window_from, window_until, position)
  values (p_run.object, p_run.mode, (p_page ->> 'from')::timestamptz, (p_page ->> 'until')::timestamptz - greatest(statement_timestamp() - p_read_started_at, '0 s'), p_page ->> 'position')
  on conflict (object) do update set
    mode = coalesce(c.mode, excluded.mode),
    window_from = case when c.window_until is null then excluded.window_from else c.window_from end,
    window_until = coalesce(c.window_until, excluded.window_until),
    position = excluded.position;
  if p_not_taken is not null then
    update lead_sync.cursors as c set window_until = least(c.window_until, p_not_taken) where c.object = p_run.object;
  end if;

  if not (p_page ->> 'has_next')::boolean then
    update lead_sync.cursors as c
    set cursor = greatest(c.cursor, c.window_until), mode = null, window_from = null, window_until = null, position = null
    where c.object = p_run.object;
  end if;
end
$$;
