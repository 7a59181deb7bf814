-- What hangs on a lead hangs on another one: they were joined. Where that is another person in Twenty, it goes out, unless Twenty has moved it, too.
create or replace function lead_sync.hand_over_rows(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text;
begin
  for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
    execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = $2 where l.lead_id = $1') using p_from, p_to;
    if lead_sync.is_synced(v_adapter) then
      perform lead_sync.link_rows(v_adapter, array[p_to]);
    end if;
  end loop;
end
$$;
