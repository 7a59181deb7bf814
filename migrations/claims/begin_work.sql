-- Notes that a call of the push is at work. When a statement timeout ends it, the next claim finds the mark and nobody at work, see judge_dead_work.
-- Of pushes side by side the last one's mark stays: a call that dies among them may go unnoticed until it dies again.
create or replace function lead_sync.begin_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if lead_sync.is_preview() then
    return;
  end if;
  perform pg_try_advisory_xact_lock_shared(hashtext('lead_sync.push_at_work')); -- goes when the call ends, in whatever way
  perform setval('lead_sync.push_at_work', p_mark);
end
$$;
