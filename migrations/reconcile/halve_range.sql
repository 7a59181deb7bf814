-- The id in the middle of a range's leads, at which it is halved; null for fewer than two. It goes into a filter of Twenty, which takes only UUIDs that have a
-- version (a record may have another id).
create or replace function lead_sync.halve_range(p_adapter text, p_after uuid, p_through uuid, p_leads bigint) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_middle uuid;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select l.twenty_id
    from {table} as l
    where l.twenty_id > $1 and l.twenty_id < $2 and l.twenty_id::text ~ '^.{14}[1-5].{4}[89ab]'
    order by l.twenty_id
    offset ($3 - 1) / 2
    limit 1
  $sql$) into v_middle using p_after, p_through, p_leads;
  return v_middle;
end
$$;
