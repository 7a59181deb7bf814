-- What hangs on a lead hangs on another one: they were joined, or parted again. Where that is another person in Twenty, it goes out, unless Twenty has moved it, too.
--   p_ids  the rows that go over; null: all
create or replace function lead_sync.hand_over_rows(p_from uuid, p_to uuid, p_ids uuid[] default null) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text;
begin
  for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
    execute lead_sync.rows_sql(v_adapter, 'update {table} as l set lead_id = $2 where l.lead_id = $1 and ($3 is null or l.id = any ($3))') using p_from, p_to, p_ids;
    if lead_sync.is_synced(v_adapter) then
      perform lead_sync.link_rows(v_adapter, array[p_to]);
    end if;
  end loop;
end
$$;
