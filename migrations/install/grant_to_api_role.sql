-- Gives lead_sync_api what service_role may do with what is marked as ours, where it has that not yet: reading and writing rows, calling
-- functions, and a policy on each table, as the role does not bypass row level security. Runs whenever the schema is applied, once the role
-- has usage of the schema lead_sync. Fails with 42704 when there is no such role.
create or replace function lead_sync.grant_to_api_role() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_object record;
begin
  for v_object in
    select o.kind, o.identity, g.privileges
    from lead_sync.list_objects() as o
    cross join lateral (
      select string_agg(p.privilege, ', ') as privileges
      from unnest(case
        when o.kind in ('table', 'view', 'materialized view') then array['select', 'insert', 'update', 'delete']
        when o.kind = 'sequence' then array['select', 'usage', 'update']
        when o.kind = 'routine' then array['execute']
      end) as p (privilege)
      where case o.kind
        when 'routine' then has_function_privilege('service_role', o.object, p.privilege) and not has_function_privilege('lead_sync_api', o.object, p.privilege)
        when 'sequence' then has_sequence_privilege('service_role', o.object, p.privilege) and not has_sequence_privilege('lead_sync_api', o.object, p.privilege)
        else has_table_privilege('service_role', o.object, p.privilege) and not has_table_privilege('lead_sync_api', o.object, p.privilege)
      end
    ) as g
    where o.marked and g.privileges is not null
  loop
    execute format(
      'grant %s on %s %s to lead_sync_api', v_object.privileges,
      case when v_object.kind in ('routine', 'sequence') then v_object.kind else 'table' end, v_object.identity
    );
  end loop;
  for v_object in
    select o.identity
    from lead_sync.list_objects() as o
    where o.marked and o.kind = 'table'
      and not exists (select from pg_catalog.pg_policy as p where p.polrelid = o.object and p.polname = 'lead_sync_api')
  loop
    execute format('create policy lead_sync_api on %s to lead_sync_api using (true) with check (true)', v_object.identity);
  end loop;
end
$$;
comment on function lead_sync.grant_to_api_role() is 'Part of n8n-nodes-lead-sync.';
