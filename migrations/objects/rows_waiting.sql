-- Why rows are not sent yet: {id: why}. Their lead has no person in Twenty, see rows_without_person, or a company that they name, of this database, has no record there (any more) and is to get
-- one: one that is refused is not waited for. p_rules: see rules.
create or replace function lead_sync.rows_waiting(p_adapter text, p_ids uuid[], p_rules jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_rows jsonb := '{}';
begin
  if p_rules @> '[{"field": "company_id"}]' and lead_sync.is_synced('company') and exists (select from lead_sync.lead_states as k where k.adapter = 'company' and k.due_at is not null) then
    execute lead_sync.rows_sql(p_adapter, $sql$
      select coalesce(jsonb_object_agg(l.id, format('waits for company %s, which is not in Twenty yet', c.id)), '{}')
      from {table} as l
      join lead_sync.lead_states as s on s.lead_id = l.id
      cross join lateral (select {values} ->> 'company_id' as company_id offset 0) as v
      join public.lead_companies as c on case when lead_sync.is_uuid(v.company_id) then v.company_id::uuid end in (c.id, c.twenty_id)
      join lead_sync.lead_states as k on k.lead_id = c.id
      where l.id = any ($1) and v.company_id is distinct from s.base_local ->> 'company_id' and (c.twenty_id is null or k.gone) and c.deleted_at is null and k.due_at is not null
    $sql$) into v_rows using p_ids;
  end if;
  if p_rules @> '[{"field": "contact_id"}]' then
    v_rows := v_rows || (
      select coalesce(jsonb_object_agg(w.key, 'waits for lead ' || w.value || ', which has no person in Twenty yet'), '{}')
      from jsonb_each_text(lead_sync.rows_without_person(p_adapter, p_ids)) as w
    );
  end if;
  return v_rows;
end
$$;
