-- Whether two leads are there, both not deleted: of two that were merged, that the dropped one was restored since.
create or replace function lead_sync.both_live(p_a uuid, p_b uuid) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (select count(*) = 2 from public.leads as l where l.id in (p_a, p_b) and l.deleted_at is null);
end
$$;
