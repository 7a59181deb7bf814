-- Queues rows for a fresh compare with Twenty, which finds out what is right; equal ones return to synced without a write. Returns how many.
create or replace function lead_sync.queue_rows(p_adapter text, p_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_queued jsonb;
begin
  perform set_config('lead_sync.engine', 'on', true);
  execute lead_sync.rows_sql(p_adapter, $sql$
    with chosen as materialized (
      select l.id from {table} as l where l.id = any ($1) order by l.id for no key update of l skip locked
    ),
    queued as (
      insert into lead_sync.lead_states as s (lead_id, adapter, due_at, due_since)
      select c.id, $2, clock_timestamp(), clock_timestamp() from chosen as c
      on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since)
        where s.claim_token is null or s.due_at is null
      returning s.lead_id
    )
    select jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending')) from queued as q
  $sql$) into v_queued using p_ids, p_adapter;
  perform lead_sync.write_or_split('mark', v_queued, jsonb_build_object('adapter', p_adapter));
  perform set_config('lead_sync.engine', 'off', true);
  return coalesce(jsonb_array_length(v_queued), 0);
end
$$;
