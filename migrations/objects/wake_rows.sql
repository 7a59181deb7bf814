-- Before rows are claimed: those that waited for the person of their lead, or for a company, and wait no more, are due at once; those that still wait, and say so, are let be.
create or replace function lead_sync.wake_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[];
  v_waiting jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select array_agg(l.id order by l.id) from lead_sync.lead_states as s join {table} as l on l.id = s.lead_id
    where s.adapter = $1 and s.due_at is not null and s.error_category = 'waits' and s.claim_token is null and l.sync_error_message is not null
  $sql$) into v_ids using p_adapter;
  if v_ids is null then
    return;
  end if;
  perform lead_sync.lock_rows(p_adapter, v_ids);
  v_waiting := lead_sync.rows_waiting(p_adapter, v_ids, lead_sync.rules((select o.object from lead_sync.objects as o where o.adapter = p_adapter)));
  update lead_sync.lead_states as s
  set due_at = clock_timestamp() + case when v_waiting ? s.lead_id::text then (select t.backoff_longest from lead_sync.settings as t) else '0 s' end
  where s.lead_id = any (v_ids) and s.claim_token is null and v_waiting ? s.lead_id::text = (s.due_at <= clock_timestamp());
end
$$;
