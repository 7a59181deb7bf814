-- How many merges are not done.
create or replace function lead_sync.count_merges() returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (select count(*) from lead_sync.merges as m where m.settled_at is null);
end
$$;
