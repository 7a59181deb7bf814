-- Before a lead's row goes for good: what hangs on it keeps the person, who comes back with the next read, unless that one is gone from Twenty.
create or replace function lead_sync.keep_contact() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_adapter text;
  v_engine text := current_setting('lead_sync.engine', true);
begin
  for v_adapter in select o.adapter from lead_sync.objects as o join lead_sync.cursors as c on c.object = o.object where o.of_lead loop
    perform set_config('lead_sync.engine', 'on', true);
    execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = null, contact_id = $2 where l.lead_id = $1') using old.id, lead_sync.contact_of(old.id, null);
    perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
  end loop;
  return old;
end
$$;
