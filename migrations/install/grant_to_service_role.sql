-- Who may do what: service_role, which n8n is, reads and writes rows, reads views and calls functions; anon and authenticated may nothing.
-- What people opened of public.leads to their own forms and sites stays open: of that table 202 takes the rights back when it is new.
create or replace function lead_sync.grant_to_service_role() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_object record;
begin
  for v_object in
    select
      format('%s %s', case when o.kind in ('routine', 'sequence') then o.kind else 'table' end, o.identity) as name,
      case
        when o.identity in ('lead_sync.forgetting_key', 'lead_sync.objects', 'lead_sync.schema_versions', 'lead_sync.sources') or o.kind in ('view', 'materialized view') then 'select'
        when o.kind = 'table' then 'select, insert, update, delete'
        when o.kind = 'routine' then 'execute'
        -- of an identity column, nobody needs any
        when not o.part then 'select, update'
      end as privileges,
      o.identity = 'public.leads' as is_open
    from lead_sync.list_objects() as o
    where o.marked and o.kind in ('table', 'view', 'materialized view', 'sequence', 'routine')
  loop
    if not v_object.is_open then
      execute format('revoke all on %s from public, anon, authenticated', v_object.name);
    end if;
    if v_object.privileges is not null then
      execute format('grant %s on %s to service_role', v_object.privileges, v_object.name);
    end if;
  end loop;
  grant execute on function lead_sync.email_keys(text[]), lead_sync.phone_keys(text[]) to public; -- indexes call them
  grant usage on schema public, lead_sync to service_role;
end
$$;
comment on function lead_sync.grant_to_service_role() is 'Part of n8n-nodes-lead-sync.';
