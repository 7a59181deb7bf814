-- Rows of an adapter whose status contradicts the queue, and rows without a sync state; up to 10,000.
create or replace function lead_sync.impossible_rows(p_adapter text) returns table (lead_id uuid, stateless boolean)
language plpgsql stable rows 20 set search_path = '' as $$
begin
  return query execute lead_sync.rows_sql(p_adapter, $sql$
    select l.id, s.lead_id is null
    from {table} as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where l.sync_status in ('pending', 'syncing')
      and (s.lead_id is null or s.due_at is null or (l.sync_status = 'syncing' and s.claim_token is null)) and s.refusal is null
    union
    select l.id, false
    from lead_sync.lead_states as s
    join {table} as l on l.id = s.lead_id
    where s.due_at is not null and l.sync_status in ('synced', 'outside') and s.refusal is null
    union
    select l.id, true
    from {table} as l
    where l.sync_status in ('synced', 'outside', 'error') and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id)
    limit 10000
  $sql$);
end
$$;
