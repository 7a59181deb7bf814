-- Gives one side's value of a field to both: decides its open conflict, or, where there is none, takes the value that Twenty had when it was last read, as if somebody had typed it in, or sends out the one here.
-- A company's name and domain go together.
--   p_take  twenty | supabase
-- Returns {taken: true, conflict_id, sync_status}. Raises PT409 when the field cannot go that way, which it explains; 22023 on a malformed call.
create or replace function public.take_value(p_lead_id uuid, p_field text, p_take text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_lead public.leads;
  v_state lead_sync.lead_states;
  v_rule jsonb;
  v_fields text[] := array[p_field];
  v_conflict_id bigint;
begin
  if p_take is null or p_take not in ('twenty', 'supabase') then
    raise exception 'p_take must be twenty or supabase, got %', p_take using errcode = '22023';
  end if;
  select l.* into v_lead from public.leads as l where l.id = p_lead_id for no key update;
  if not found then
    raise exception 'There is no lead %', p_lead_id using errcode = '22023';
  end if;
  select c.id into v_conflict_id from public.lead_sync_conflicts as c where c.lead_id = p_lead_id and c.field = p_field and c.resolved_at is null order by c.id desc limit 1;
  if v_conflict_id is not null then
    return jsonb_build_object('taken', true, 'conflict_id', v_conflict_id, 'sync_status', public.resolve_conflict(v_conflict_id, p_take) -> 'sync_status');
  end if;

  select s.* into v_state from lead_sync.lead_states as s where s.lead_id = p_lead_id;
  select r into v_rule from jsonb_array_elements(lead_sync.rules((select s.object from lead_sync.settings as s))) as r where r ->> 'field' = p_field and p_field <> 'deleted';
  if v_rule is null then
    raise exception 'The field % is not synced', left(p_field, 100) using errcode = 'PT409', hint = 'Map it first.';
  elsif v_lead.twenty_id is null then
    raise exception 'The lead is not in Twenty yet' using errcode = 'PT409', hint = 'Push it: then both sides have its values.';
  elsif v_lead.deleted_at is not null or v_state.base_remote ? 'deleted' then
    raise exception 'The lead is deleted on one side: its fields wait' using errcode = 'PT409', hint = 'Restore it first.';
  end if;
  if p_field in ('company_name', 'company_domain') then
    v_fields := '{company_name,company_domain}';
  end if;

  if p_take = 'twenty' then
    v_lead := lead_sync.set_values(v_lead, (select jsonb_object_agg(f, coalesce(v_state.base_remote -> f, 'null')) from unnest(v_fields) as f));
  elsif v_rule ->> 'direction' = 'to_supabase' then
    raise exception 'The field % only flows from Twenty to Supabase: the value here would be set back', p_field
      using errcode = 'PT409', hint = 'Edit the person in Twenty, or change the direction of the field.';
  elsif v_lead.left_out ? p_field then
    raise exception 'Twenty cannot take the value here: %', left(v_lead.left_out ->> p_field, 300) using errcode = 'PT409', hint = 'Correct the value of the lead.';
  else
    -- as when the lead wins a conflict: its value counts as made on top of what Twenty has
    update lead_sync.lead_states as s
    set base_local = (s.base_local - v_fields) || (select coalesce(jsonb_object_agg(f, s.base_remote -> f) filter (where s.base_remote ? f), '{}') from unnest(v_fields) as f)
    where s.lead_id = p_lead_id;
    perform lead_sync.queue_rows('lead', array[p_lead_id]);
    select l.* into strict v_lead from public.leads as l where l.id = p_lead_id;
  end if;
  perform public.note_action('take_value', jsonb_build_object('lead_id', p_lead_id, 'field', p_field, 'take', p_take));
  return jsonb_build_object('taken', true, 'conflict_id', null, 'sync_status', v_lead.sync_status);
end
$$;
