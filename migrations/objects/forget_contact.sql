-- Rows that hang on people who are forgotten hang on nobody, and what was agreed of that goes, too: so does what Twenty has, once they are destroyed there. No change or
-- conflict names those people any more: nothing sets a row back to them.
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
    update lead_sync.lead_changes as c set before = c.before - 'contact_id', after = c.after - 'contact_id'
    from lead_sync.lead_states as s
    where s.adapter = v_adapter and c.lead_id = s.lead_id
      and (c.before ->> 'contact_id' = any (p_twenty_ids::text[]) or c.after ->> 'contact_id' = any (p_twenty_ids::text[]));
    delete from public.lead_sync_conflicts as c using lead_sync.lead_states as s
    where s.adapter = v_adapter and c.lead_id = s.lead_id and c.field = 'contact_id'
      and (c.supabase_value #>> '{}' = any (p_twenty_ids::text[]) or c.twenty_value #>> '{}' = any (p_twenty_ids::text[]));
  end loop;
  perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end
$$;
