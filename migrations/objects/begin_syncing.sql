-- With the first run of an object beside leads all rows that are here become due: from then on their changes are noted. Where it was synced before and was turned off, nothing
-- was: what differs from what was agreed then counts as edited when its row was last written.
create or replace function lead_sync.begin_syncing(p_object text, p_adapter text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_marks jsonb;
  v_engine text := current_setting('lead_sync.engine', true);
begin
  insert into lead_sync.cursors (object) values (p_object) on conflict do nothing;
  if not found then
    return;
  end if;
  execute lead_sync.rows_sql(p_adapter, $sql$
    with edited as materialized (
      select l.id, l.updated_at, {values} as local from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
      where {values} <> s.base_local
      order by l.id
      for no key update of l
    ),
    noted as (
      update lead_sync.lead_states as s set
        changed_at = s.changed_at || (
          select coalesce(jsonb_object_agg(k, e.updated_at), '{}') from jsonb_object_keys(e.local || s.base_local) as k
          where (e.local -> k) is distinct from (s.base_local -> k)
        ),
        due_at = case when s.claim_token is null then clock_timestamp() else s.due_at end,
        due_since = coalesce(s.due_since, clock_timestamp()),
        retries = 0
      from edited as e where s.lead_id = e.id
      returning s.lead_id, s.claim_token
    )
    select jsonb_agg(jsonb_build_object('lead_id', n.lead_id, 'sync_status', 'pending')) from noted as n where n.claim_token is null
  $sql$) into v_marks;
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', p_adapter));
  perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
  perform lead_sync.make_states(p_adapter, null);
end
$$;
