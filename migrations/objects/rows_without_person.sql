-- Those of an adapter's rows whose lead has no person in Twenty yet, or is to get one again: {id: lead's id}. They wait for that one, not for who stays gone.
create or replace function lead_sync.rows_without_person(p_adapter text, p_ids uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_rows jsonb;
begin
  if exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
    execute lead_sync.rows_sql(p_adapter, $sql$
      select jsonb_object_agg(l.id, k.id)
      from {table} as l
      join public.leads as k on k.id = l.lead_id
      left join lead_sync.lead_states as s on s.lead_id = k.id
      where l.id = any ($1) and k.deleted_at is null and (k.twenty_id is null or s.gone and s.due_at is not null)
    $sql$) into v_rows using p_ids;
  end if;
  return coalesce(v_rows, '{}');
end
$$;
