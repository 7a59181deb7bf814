-- The lead that a joined one has become, however often that was joined with another one since; the lead itself where it is not joined.
create or replace function lead_sync.joined_lead(p_lead uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_path uuid[] := array[p_lead];
  v_next uuid;
begin
  loop
    select n.id into v_next
    from lead_sync.lead_states as s
    join public.leads as l on l.id = s.lead_id
    join public.leads as n on n.id = s.joined
    where s.lead_id = v_path[cardinality(v_path)] and l.deleted_at is not null; -- somebody restored it by hand otherwise
    exit when v_next is null or v_next = any (v_path);
    v_path := v_path || v_next;
  end loop;
  return v_path[cardinality(v_path)];
end
$$;
