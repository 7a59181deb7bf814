-- The lead that another one is to be merged into, while that is under way; null when none is.
create or replace function lead_sync.merge_of(p_drop_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select m.keep_id from lead_sync.merges as m join public.leads as l on l.id = m.keep_id
    where m.drop_id = p_drop_id and m.settled_at is null and l.deleted_at is null
  );
end
$$;
