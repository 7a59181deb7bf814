-- Something is to be done: where instant pushes are on, the transaction calls at its end. p_target: push (leads are due), <adapter>_push (rows of another object are), edge, arrivals.
create or replace function lead_sync.wish_for_call(p_target text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from lead_sync.instant_push) then
    insert into lead_sync.push_wishes (target) values (p_target) on conflict do nothing;
  end if;
end
$$;
