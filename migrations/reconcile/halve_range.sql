-- The id in the middle of a range's leads, at which it is halved; null for fewer than two. It goes into a filter of Twenty, which takes only UUIDs that have a
-- version (a record may have another id).
create or replace function lead_sync.halve_range(p_after uuid, p_through uuid, p_leads bigint) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select l.twenty_id
    from public.leads as l
    where l.twenty_id > p_after and l.twenty_id < p_through and l.twenty_id::text ~ '^.{14}[1-8].{4}[89ab]'
    order by l.twenty_id
    offset (p_leads - 1) / 2
    limit 1
  );
end
$$;
