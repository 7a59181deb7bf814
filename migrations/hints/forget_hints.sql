-- Removes hints once they are as old as sources keep leads: Meta does for 90 days. At most p_limit; returns how many.
create or replace function lead_sync.forget_hints(p_today timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_removed integer;
begin
  delete from lead_sync.intake_inbox as i
  where (i.source, i.external_id) in (
    select o.source, o.external_id from lead_sync.intake_inbox as o
    where o.received_at < p_today - interval '91 days'
    order by o.received_at
    limit p_limit
    for update skip locked
  );
  get diagnostics v_removed = row_count;
  return v_removed;
end
$$;
