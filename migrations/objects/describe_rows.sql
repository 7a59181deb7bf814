-- Who or what rows are, for people: of a lead its names and e-mail, of a row of another table what its field name says. object: what Twenty calls it; null for leads.
create or replace function lead_sync.describe_rows(p_ids uuid[])
returns table (lead_id uuid, object text, twenty_id uuid, first_name text, last_name text, email text, name text, sync_status text, local jsonb)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_object lead_sync.objects;
begin
  return query
  select l.id, null::text, l.twenty_id, l.first_name, l.last_name, l.email, nullif(concat_ws(' ', l.first_name, l.last_name), ''), l.sync_status, lead_sync.lead_values(l)
  from public.leads as l where l.id = any (p_ids);
  for v_object in
    select o.* from lead_sync.objects as o where exists (select from lead_sync.lead_states as s where s.lead_id = any (p_ids) and s.adapter = o.adapter) and o.adapter <> 'lead'
  loop
    return query execute lead_sync.rows_sql(v_object.adapter, $sql$
      select l.id, $2, l.twenty_id, null::text, null::text, null::text, v.local ->> 'name', l.sync_status, v.local
      from {table} as l cross join lateral (select {values} as local offset 0) as v
      where l.id = any ($1)
    $sql$) using p_ids, v_object.object;
  end loop;
end
$$;
