-- Ends feeds that nobody reads, and takes events away that are old or of a feed that has ended: up to p_limit a call, the oldest first. Returns how many events went.
create or replace function lead_sync.forget_events(p_before timestamptz, p_limit integer) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_gone integer;
begin
  delete from lead_sync.lead_events as e
  where e.id = any (array(
    select o.id from lead_sync.lead_events as o
    where o.happened_at < p_before or o.feed not in (select f.feed from lead_sync.event_feeds as f where f.read_at >= p_before)
    order by o.id
    limit p_limit
  ));
  get diagnostics v_gone = row_count;
  if v_gone < p_limit then
    delete from lead_sync.event_feeds as f where f.read_at < p_before;
  end if;
  return v_gone;
end
$$;
