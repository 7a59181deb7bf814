-- Rows that are to go out but wait for their lead, which has no person in Twenty yet: the sync of leads brings that one, not the sync that is previewed.
-- Returns {due, not_due}: rows by whether their lead is to go out itself; one that is refused, held or outside of the filter is not. The adapter's rows hang on leads; {} where the mapping leaves that out.
create or replace function lead_sync.preview_waiting(p_adapter text, p_object text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[];
begin
  if not lead_sync.rules(p_object) @> '[{"field": "contact_id"}]' then
    return '{}';
  end if;
  execute lead_sync.rows_sql(p_adapter, $sql$
    select array_agg(l.id) from {table} as l where l.lead_id is not null and l.deleted_at is null and l.sync_status in ('pending', 'syncing')
  $sql$) into v_ids;
  return (
    select jsonb_build_object('due', count(*) filter (where s.due_at is not null), 'not_due', count(*) filter (where s.due_at is null))
    from jsonb_each_text(lead_sync.rows_without_person(p_adapter, v_ids)) as w left join lead_sync.lead_states as s on s.lead_id = w.value::uuid
  );
end
$$;
