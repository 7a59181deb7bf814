-- Notes which mapped fields the Twenty workspace lacks, see is_lacking; of rows that are off no run knows. A field that is there again makes the leads that hold it due:
-- some of the 20,000 synced last at once, so that the call ends in time, all others with the next reconciliation.
create or replace function lead_sync.note_missing_fields(p_object text, p_missing jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_adapter text := lead_sync.adapter_of(p_object);
  v_found text[];
  v_marks jsonb;
begin
  with changed as (
    update lead_sync.field_mappings as m
    set missing_since = case when lead_sync.is_lacking(m.twenty_field, p_missing) then now() end
    where m.object = p_object and m.enabled
      and (m.missing_since is not null) <> lead_sync.is_lacking(m.twenty_field, p_missing)
    returning m.lead_field, m.missing_since, m.direction
  )
  select array_agg(lead_field) into v_found from changed where missing_since is null and direction <> 'to_supabase';

  if v_found is not null then
    execute lead_sync.rows_sql(v_adapter, $sql$
      with holders as (
        select l.id
        from (
          select k.id from {table} as k where k.sync_status = 'synced' order by k.updated_at desc limit 20000
        ) as latest
        join {table} as l on l.id = latest.id
        where l.sync_status = 'synced' and l.deleted_at is null and {values} ?| $1
        limit 5000
        for no key update of l skip locked
      ),
      queued as (
        update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = clock_timestamp() from holders as h where s.lead_id = h.id
      )
      select jsonb_agg(jsonb_build_object('lead_id', h.id, 'sync_status', 'pending')) from holders as h
    $sql$) into v_marks using v_found;
    perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', v_adapter));
  end if;
end
$$;
