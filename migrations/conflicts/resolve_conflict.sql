-- Resolves a conflict by hand. The chosen value becomes the lead's, or that of the row of another table, as if somebody had typed it in, so that it travels; resolving again to the same is harmless.
-- Of a company, the conflicts of its name and its domain are resolved together.
--   p_take  twenty | supabase: whose value the field gets, whoever won; neither: leaves the field as it is and closes the conflict
-- Returns {resolved: true, conflict, sync_status}. Raises PT409 when the field changed since or the conflict is closed, 22023 on a malformed call.
create or replace function public.resolve_conflict(p_conflict_id bigint, p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_conflict public.lead_sync_conflicts;
  v_adapter text;
  v_row lead_sync.synced_row;
  v_described record;
  v_rule jsonb;
  v_problem text;
begin
  if p_take is null or p_take not in ('twenty', 'supabase', 'neither') then
    raise exception 'p_take must be twenty, supabase or neither, got %', p_take using errcode = '22023';
  end if;
  select * into v_conflict from public.lead_sync_conflicts as c where c.id = p_conflict_id;
  v_adapter := coalesce((select s.adapter from lead_sync.lead_states as s where s.lead_id = v_conflict.lead_id), 'lead');
  perform lead_sync.lock_rows(v_adapter, array[v_conflict.lead_id]);
  v_row := (lead_sync.read_rows(v_adapter, array[v_conflict.lead_id]))[1];
  if v_row.id is null then
    raise exception 'There is no conflict %', p_conflict_id using errcode = '22023', hint = 'List the open ones with get_conflicts.';
  end if;
  select * into strict v_conflict from public.lead_sync_conflicts as c where c.id = p_conflict_id for update;

  if v_conflict.resolution is distinct from p_take then
    if v_conflict.resolution = 'superseded' then
      raise exception 'Conflict % of the field % was superseded by a later one', p_conflict_id, v_conflict.field
        using errcode = 'PT409', hint = 'Resolve the latest conflict of this field.';
    elsif v_conflict.resolved_at is not null then
      raise exception 'Conflict % was resolved at % (%)', p_conflict_id, v_conflict.resolved_at || coalesce(' by ' || v_conflict.resolved_by, ''), v_conflict.resolution
        using errcode = 'PT409', hint = 'Edit the lead if its value should be another one.';
    end if;

    if p_take <> 'neither' then
      select r into v_rule
      from jsonb_array_elements(lead_sync.rules(coalesce(
        (select n.object from public.lead_sync_runs as n where n.id = v_conflict.run_id), (select o.object from lead_sync.objects as o where o.adapter = v_adapter),
        (select s.object from lead_sync.settings as s)
      ))) as r
      where r ->> 'field' = v_conflict.field;
      if v_rule is null or v_rule ->> 'direction' = 'none' then
        raise exception 'The field % is not synced any more', v_conflict.field
          using errcode = 'PT409', hint = 'Put it back into lead_sync.field_mappings, or close the conflict: take neither.';
      elsif p_take = 'supabase' and v_rule ->> 'direction' = 'to_supabase' then
        raise exception 'The field % only flows from Twenty to Supabase: a value of Supabase would be set back', v_conflict.field
          using errcode = 'PT409', hint = 'Edit the person in Twenty, or change the direction of the field in lead_sync.field_mappings.';
      end if;
      select lead_sync.conflict_problem(v_conflict, v_rule ->> 'kind', v_row.local -> v_conflict.field, s.base_remote -> v_conflict.field)
      into v_problem
      from lead_sync.lead_states as s
      where s.lead_id = v_row.id;
      if v_problem is not null then
        raise exception 'The field % has changed since conflict %: %', v_conflict.field, p_conflict_id, v_problem
          using errcode = 'PT409', hint = 'Edit the lead if its value should be another one, and close the conflict: take neither.';
      end if;
      if p_take <> v_conflict.winner then
        perform lead_sync.set_row_values(v_adapter, v_row.id, jsonb_build_object(
          v_conflict.field, case p_take when 'twenty' then v_conflict.twenty_value else v_conflict.supabase_value end
        ));
      end if;
    end if;
    update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = p_take, resolved_by = lead_sync.actor()
    where c.id = p_conflict_id
    returning * into v_conflict;
    -- a company goes as a whole
    perform public.resolve_conflict(c.id, p_take)
    from public.lead_sync_conflicts as c
    where c.lead_id = v_conflict.lead_id and c.resolved_at is null
      and c.field = case v_conflict.field when 'company_name' then 'company_domain' when 'company_domain' then 'company_name' end;
    perform public.note_action('resolve_conflict', jsonb_build_object('conflict_id', p_conflict_id, 'lead_id', v_row.id, 'field', v_conflict.field, 'take', p_take));
  end if;

  select * into strict v_described from lead_sync.describe_rows(array[v_row.id]);
  return jsonb_build_object(
    'resolved', true,
    'conflict', (to_jsonb(v_conflict) - 'run_id')
      || jsonb_build_object('twenty_id', v_described.twenty_id, 'email', v_described.email, 'current_value', v_described.local -> v_conflict.field),
    'sync_status', v_described.sync_status
  );
end
$$;
