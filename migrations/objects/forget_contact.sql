-- Rows that hang on people who are forgotten hang on nobody, and what was agreed of that goes, too: so does what Twenty has, once they are destroyed there.
create or replace function lead_sync.forget_contact(p_lead_ids uuid[], p_twenty_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text;
  v_engine text := current_setting('lead_sync.engine', true);
begin
  perform set_config('lead_sync.engine', 'on', true);
  for v_adapter in select o.adapter from lead_sync.objects as o where o.of_lead loop
    execute lead_sync.rows_sql(v_adapter, $sql$
      with freed as (
        update {table} as l set lead_id = null, contact_id = null where l.lead_id = any ($1) or l.contact_id = any ($2)
        returning l.id
      )
      update lead_sync.lead_states as s set
        base_local = s.base_local - 'contact_id', base_remote = s.base_remote - 'contact_id', intent = s.intent #- '{values,contact_id}'
      from freed as f where s.lead_id = f.id
    $sql$) using p_lead_ids, p_twenty_ids;
  end loop;
  perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end
$$;
