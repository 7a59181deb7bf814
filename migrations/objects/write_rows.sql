-- Writes what a merge makes of rows: new ones, in the given order, and the values that others take. Triggers find what is known of the records in lead_sync.records.
create or replace function lead_sync.write_rows(p_adapter text, p_changes lead_sync.row_change[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_columns text[];
begin
  if p_adapter = 'lead' then
    perform lead_sync.write_leads(p_changes);
    return;
  end if;
  execute lead_sync.rows_sql(p_adapter, 'select array_agg(distinct k) from unnest($1) as c cross join lateral jsonb_object_keys({columns}) as k')
  into v_columns using p_changes;
  perform set_config('lead_sync.records', (select coalesce(jsonb_object_agg(c.id, c.record), '{}')::text from unnest(p_changes) as c), true);

  execute lead_sync.rows_sql(p_adapter, format(
    $sql$
      insert into {table} (id, twenty_id, sync_status, sync_direction, last_synced_at, created_at%s)
      select c.id, c.twenty_id, c.sync_status, c.sync_direction, c.last_synced_at, coalesce((c.record ->> 'created_at')::timestamptz, now())%s
      from unnest($1) as c
      cross join lateral jsonb_populate_record(null::{table}, {columns}) as n
      where c.is_new
    $sql$,
    (select string_agg(format(', %I', k), '' order by k) from unnest(v_columns) as k), (select string_agg(format(', n.%I', k), '' order by k) from unnest(v_columns) as k)
  )) using p_changes;

  execute lead_sync.rows_sql(p_adapter, format(
    $sql$
      update {table} as l set
        twenty_id = c.twenty_id,
        deleted_at = case when not c.taken ? 'deleted' then l.deleted_at when c.taken -> 'deleted' = 'true' then c.deleted_at end,
        sync_status = c.sync_status,
        sync_direction = coalesce(c.sync_direction, l.sync_direction),
        sync_error_message = case when c.keeps_error then l.sync_error_message end,
        sync_error_count = case when c.keeps_error then l.sync_error_count else 0 end,
        left_out = c.left_out,
        last_synced_at = coalesce(c.last_synced_at, l.last_synced_at)%s
      from unnest($1) as c
      join {table} as o on o.id = c.id
      cross join lateral jsonb_populate_record(o, {columns}) as n
      where l.id = o.id and not c.is_new
    $sql$,
    (select string_agg(format(', %1$I = n.%1$I', k), '' order by k) from unnest(v_columns) as k)
  )) using p_changes;
  perform set_config('lead_sync.records', '', true);
end
$$;
