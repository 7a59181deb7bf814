-- Notes that the call has come to its end.
create or replace function lead_sync.end_work(p_mark bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if (select w.last_value from lead_sync.push_at_work as w) = p_mark and not lead_sync.is_preview() then
    perform setval('lead_sync.push_at_work', 0);
  end if;
end
$$;
