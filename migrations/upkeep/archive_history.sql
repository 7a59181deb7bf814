-- Moves history that was settled before p_before to the archive, oldest first, 5,000 rows at a time, until the clock says p_until. Returns how many rows moved.
-- Writers only add rows and so never wait for it.
create or replace function lead_sync.archive_history(p_before timestamptz, p_until timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_from timestamptz := '-infinity';
  v_through timestamptz;
  v_moved integer;
  v_total integer := 0;
begin
  loop
    -- rows by their place: a join with the table would be planned by its statistics, and those taken while it is filled say that it is empty
    with gone as (
      delete from public.lead_sync_history as h
      where h.ctid = any (array(
        select o.ctid from public.lead_sync_history as o
        where o.synced_at >= v_from and o.synced_at < p_before
        order by o.synced_at
        limit 5000
        for update skip locked
      ))
      returning h.*
    ),
    kept as (
      insert into lead_sync.history_archive select g.* from gone as g returning synced_at
    )
    select count(*), max(k.synced_at) into v_moved, v_through from kept as k;
    v_total := v_total + v_moved;
    exit when v_moved = 0 or clock_timestamp() > p_until;
    -- on from there: looking from the start again would step over everything that was just deleted
    v_from := v_through;
  end loop;
  return v_total;
end
$$;
