-- The leads of one step that is not about stale ones. p_scope: ids: those of p_lead_ids; all: by id, behind p_position; undecided: the same without a segment.
create or replace function lead_sync.leads_to_assess(p_lead_ids uuid[], p_scope text, p_limit integer, p_position uuid) returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if p_scope = 'ids' then
    return array(select l.id from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id);
  end if;
  return array(
    select l.id from public.leads as l
    where (p_position is null or l.id > p_position) and (p_scope = 'all' or l.segment_id is null) and l.deleted_at is null
    order by l.id
    limit p_limit
  );
end
$$;
