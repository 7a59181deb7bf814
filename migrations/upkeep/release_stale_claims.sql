-- Gives leads, and rows of other synced tables, back whose claim ended over ten minutes ago and that no push took over. What was about to be sent stays recorded.
-- p_adapter: of this one alone. Returns how many.
create or replace function lead_sync.release_stale_claims(p_now timestamptz, p_adapter text default null) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text;
  v_released jsonb;
  v_count integer := 0;
begin
  perform set_config('lead_sync.engine', 'on', true);
  for v_adapter in select o.adapter from lead_sync.objects as o where o.adapter = coalesce(p_adapter, o.adapter) and lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
    execute lead_sync.rows_sql(v_adapter, $sql$
      with stale as materialized (
        select l.id
        from lead_sync.lead_states as s join {table} as l on l.id = s.lead_id
        where s.claim_token is not null and s.due_at < $1 - interval '10 minutes'
        order by l.id
        limit 10000
        for no key update of l, s skip locked
      ),
      free as (
        update lead_sync.lead_states as s set claim_token = null, lease = null from stale as t where s.lead_id = t.id
      )
      select jsonb_agg(jsonb_build_object('lead_id', t.id, 'sync_status', 'pending')) from stale as t
    $sql$) into v_released using p_now;
    perform lead_sync.write_or_split('mark', v_released, jsonb_build_object('adapter', v_adapter));
    v_count := v_count + coalesce(jsonb_array_length(v_released), 0);
  end loop;
  perform set_config('lead_sync.engine', 'off', true);
  return v_count;
end
$$;
