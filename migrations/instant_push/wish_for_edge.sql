-- A row must go to the edge: where instant pushes are on, the transaction calls at its end.
create or replace function lead_sync.wish_for_edge() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from lead_sync.instant_push) then
    insert into lead_sync.push_wishes (target) values ('edge') on conflict do nothing;
  end if;
end
$$;
