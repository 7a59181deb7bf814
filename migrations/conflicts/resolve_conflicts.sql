-- Resolves conflicts by hand, all in one way. What one of them does not allow, or somebody decided before, stays as it is and is told.
--   p_conflict_ids  1 to 1,000
--   p_take          twenty | supabase | neither, as in resolve_conflict
-- Returns {decided, results: [{id, lead_id, object, field, decided, problem, resolution, resolved_by, resolved_at}]}; object: what Twenty calls it, null for leads; problem: why this call did not
-- decide. Raises 22023 on a malformed call.
create or replace function public.resolve_conflicts(p_conflict_ids bigint[], p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_began timestamptz;
  v_conflict public.lead_sync_conflicts;
  v_problem text;
  v_state text;
  v_objects jsonb; -- of rows that are no leads
  v_results jsonb[] := '{}';
begin
  if p_take is null or p_take not in ('twenty', 'supabase', 'neither') then
    raise exception 'p_take must be twenty, supabase or neither, got %', p_take using errcode = '22023';
  elsif coalesce(cardinality(p_conflict_ids), 0) not between 1 and 1000 then
    raise exception 'p_conflict_ids must be 1 to 1,000 conflicts' using errcode = '22023';
  end if;
  perform from public.leads as l
  where l.id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids))
  order by l.id for no key update;
  perform lead_sync.lock_rows(s.adapter, array_agg(s.lead_id))
  from lead_sync.lead_states as s
  where s.adapter <> 'lead' and s.lead_id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids))
  group by s.adapter;
  select coalesce(jsonb_object_agg(s.lead_id, o.object), '{}') into v_objects
  from lead_sync.lead_states as s join lead_sync.objects as o on o.adapter = s.adapter
  where s.adapter <> 'lead' and s.lead_id in (select c.lead_id from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids));
  v_began := clock_timestamp(); -- the leads are locked: what is resolved from here on, this call did, a company's other field with it
  begin
    perform lead_sync.resolve_plain_conflicts(p_conflict_ids, p_take);
  exception when others or assert_failure then -- one by one, then
    get stacked diagnostics v_state = returned_sqlstate;
    if lead_sync.ends_the_call(v_state) then
      raise;
    end if;
  end;

  for v_conflict in select c.* from public.lead_sync_conflicts as c where c.id = any (p_conflict_ids) order by c.id loop
    v_problem := null;
    select c.* into v_conflict from public.lead_sync_conflicts as c where c.id = v_conflict.id;
    if v_conflict.resolved_at is null then
      begin
        perform public.resolve_conflict(v_conflict.id, p_take);
      exception when others or assert_failure then
        get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
        if lead_sync.ends_the_call(v_state) then
          raise;
        end if;
      end;
      select c.* into v_conflict from public.lead_sync_conflicts as c where c.id = v_conflict.id;
    elsif v_conflict.resolved_at < v_began then
      v_problem := case v_conflict.resolution
        when 'superseded' then 'A later conflict of the field took its place'
        else 'It was decided before'
      end;
    end if;
    v_results := array_append(v_results, jsonb_build_object(
      'id', v_conflict.id, 'lead_id', v_conflict.lead_id, 'object', v_objects -> v_conflict.lead_id::text, 'field', v_conflict.field, 'decided', v_problem is null, 'problem', left(v_problem, 500),
      'resolution', v_conflict.resolution, 'resolved_by', v_conflict.resolved_by, 'resolved_at', v_conflict.resolved_at
    ));
  end loop;
  return jsonb_build_object(
    'decided', (select count(*) from unnest(v_results) as r where (r -> 'decided')::boolean),
    'results', to_jsonb(v_results) || coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', i, 'lead_id', null, 'object', null, 'field', null, 'decided', false, 'problem', 'There is no such conflict', 'resolution', null, 'resolved_by', null, 'resolved_at', null
      ))
      from unnest(p_conflict_ids) as i where not exists (select from public.lead_sync_conflicts as c where c.id = i)
    ), '[]')
  );
end
$$;
