-- Somebody who was forgotten writes anew, by a form: their address may be synced again.
create or replace function lead_sync.welcome_back(p_items jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from lead_sync.forgotten) then
    delete from lead_sync.forgotten as f
    where f.hash in (select lead_sync.keyed_hash(i -> 'snapshot' ->> 'email') from jsonb_array_elements(p_items) as i);
  end if;
end
$$;
