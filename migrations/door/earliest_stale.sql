-- Of snapshots that were stale, the earliest version that is later than what is known of its record: whether it came before the merge or write that made the snapshot stale, nothing tells.
-- p_items: [{index, snapshot}]; p_results: as upsert_leads answers. Null: there is none.
create or replace function lead_sync.earliest_stale(p_items jsonb, p_results jsonb) returns timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select min((i #>> '{snapshot,twenty_updated_at}')::timestamptz)
    from jsonb_array_elements(p_results) as r
    join jsonb_array_elements(p_items) as i on i -> 'index' = r -> 'index'
    join lead_sync.lead_states as s on s.lead_id = (r ->> 'lead_id')::uuid
    where r ->> 'result' = 'stale' and coalesce((i #>> '{snapshot,twenty_updated_at}')::timestamptz > s.remote_updated_at, true)
  );
end
$$;
