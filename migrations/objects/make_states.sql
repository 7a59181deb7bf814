-- The states of rows that have none yet, due at once. p_ids: of these rows; null: of all.
create or replace function lead_sync.make_states(p_adapter text, p_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    insert into lead_sync.lead_states (lead_id, adapter, due_at, due_since, changed_at)
    select l.id, $1, clock_timestamp(), clock_timestamp(), (select coalesce(jsonb_object_agg(k, l.updated_at), '{}') from jsonb_object_keys({values}) as k)
    from {table} as l
    where $2 is null or l.id = any ($2)
    on conflict (lead_id) do nothing
  $sql$) using p_adapter, p_ids;
end
$$;
