-- The leads that has_trouble names, in no order, by the indexes that have them; up to p_limit, and perhaps one twice.
create or replace function lead_sync.leads_in_trouble(p_filter text, p_limit integer) returns setof uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' rows 100 as $$
begin
  case p_filter
    when 'waiting' then
      return query select l.id from public.leads as l where l.sync_status in ('pending', 'syncing') limit p_limit;
    when 'left_out' then
      return query select l.id from public.leads as l where l.left_out <> '{}' limit p_limit;
    when 'held' then
      return query select s.lead_id from lead_sync.lead_states as s where s.held_by is not null limit p_limit;
    when 'failed' then
      return query
        (select l.id from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id where l.sync_status = 'error' and s.held_by is null limit p_limit)
        union all
        (select s.lead_id from lead_sync.lead_states as s where s.refusal is not null and s.held_by is null limit p_limit);
    when 'conflict' then
      return query select c.lead_id from public.lead_sync_conflicts as c where c.resolved_at is null limit p_limit;
    when 'duplicates' then
      return query
        select u.id
        from (select p.lead_a, p.lead_b from lead_sync.duplicate_pairs as p where p.decided is null limit p_limit) as p
        cross join lateral unnest(array[p.lead_a, p.lead_b]) as u (id);
  end case;
end
$$;
