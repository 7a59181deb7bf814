-- Whether anything waits for a yes at all.
create or replace function lead_sync.asks() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(s.approve_deletions, s.approve_changes) is not null from lead_sync.settings as s) or exists (select from lead_sync.approvals as a where a.decision is null);
end
$$;
