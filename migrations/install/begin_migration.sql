-- Refuses to go back to an older version, and to go on while something in public that we did not make has one of our names: one exception names all of it, nothing is changed.
-- Remembers what in lead_sync is not ours, until the end of the transaction.
create or replace function lead_sync.begin_migration(p_version integer) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_in_the_way text;
begin
  if lead_sync.schema_version() > p_version then
    raise exception 'The database holds version % of the schema, and this is version %.', lead_sync.schema_version(), p_version
      using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.',
      hint = 'Take the lead-sync-1.sql and lead-sync-2.sql of the newest n8n-nodes-lead-sync.';
  end if;
  select string_agg(format('%s %s', o.kind, o.identity), ', ' order by o.identity) into v_in_the_way
  from lead_sync.list_objects() as o
  where o.schema_name = 'public' and not o.marked and o.object_name = any (lead_sync.names_in_public());
  if v_in_the_way is not null then
    raise exception 'In the way, because lead sync needs these names and did not make what has them: %', v_in_the_way
      using errcode = 'duplicate_object', detail = 'Nothing was changed.',
      hint = 'Rename or move what is yours, e.g. alter table public.leads rename to my_leads, and apply this again; or run npx n8n-nodes-lead-sync setup, which leaves a table leads of yours as it is and syncs it. '
        || format('What is lead sync''s own and lost its mark gets it back so: comment on table public.leads is %L.', lead_sync.mark());
  end if;
  -- a schema whose names were prefixed, see docs/own-tables.md, is only known to the command
  select string_agg(o.identity, ', ' order by o.identity) into v_in_the_way
  from lead_sync.list_objects() as o
  where o.schema_name = 'public' and o.marked and not o.part and o.object_name <> all (lead_sync.names_in_public())
    and substr(o.object_name, 11) = any (lead_sync.names_in_public()) and o.object_name like 'lead\_sync\_%';
  if v_in_the_way is not null then
    raise exception 'Lead sync has other names here than in this file: %', v_in_the_way
      using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.', hint = 'Run: npx n8n-nodes-lead-sync upgrade';
  end if;
  perform set_config('lead_sync.foreign_objects', (
    select coalesce(string_agg(o.object::text, ',' order by o.object), '0')
    from lead_sync.list_objects() as o
    where o.schema_name = 'lead_sync' and not o.marked
  ), true);
end
$$;
comment on function lead_sync.begin_migration(integer) is 'Part of n8n-nodes-lead-sync.';
