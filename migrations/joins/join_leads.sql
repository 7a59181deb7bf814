-- A lead whose person is gone joins another one. What is blank there and Twenty did not have is filled from here, like a local edit; a score only where
-- there is none. What both sides had was Twenty's to merge: a blank there was left or made by somebody.
-- An edit that never went out, or that Twenty did not take, and that the other lead has another value for is kept there as a conflict. The joined lead stays as a deleted one, without its history.
-- The caller holds both leads' locks. p_context: as of merge_snapshots; also reason, where somebody wanted it, and known: the values that they saw. Returns [{joined lead's id: the other lead's id}].
create or replace function lead_sync.join_leads(p_from uuid, p_to uuid, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_from public.leads;
  v_to public.leads;
  v_state lead_sync.lead_states;
  v_values jsonb;
  v_agreed jsonb; -- less what Twenty did not take
  v_filled jsonb;
begin
  select l.* into strict v_from from public.leads as l where l.id = p_from;
  select l.* into strict v_to from public.leads as l where l.id = p_to;
  select s.* into strict v_state from lead_sync.lead_states as s where s.lead_id = p_from;
  v_values := lead_sync.lead_values(v_from) - array['deleted', 'email', 'additional_emails', 'additional_phones'];
  v_agreed := v_state.base_local - array(select jsonb_object_keys(v_from.left_out));
  v_filled := v_values - array(select jsonb_object_keys(lead_sync.lead_values(v_to))) - array(
    select r ->> 'field' from jsonb_array_elements(p_context -> 'rules') as r
    where r ->> 'direction' <> 'to_twenty' and v_values -> (r ->> 'field') = v_agreed -> (r ->> 'field')
  );
  if v_to.company_name is not null or v_to.company_domain is not null then
    v_filled := v_filled - array['company_name', 'company_domain']; -- a company is one value
  end if;

  perform lead_sync.hand_over(p_from, p_to);
  perform set_config('lead_sync.engine', 'off', true); -- what is filled goes out
  perform lead_sync.set_values(v_to, v_filled);
  perform lead_sync.hand_over_touches(p_from, p_to);
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.rescore_active(p_lead_ids => array[p_to]);
  update public.leads as l set
    created_at = least(l.created_at, v_from.created_at),
    score_breakdown = coalesce(l.score_breakdown, v_from.score_breakdown),
    segment_confidence = coalesce(l.segment_confidence, v_from.segment_confidence),
    segment_source = coalesce(l.segment_source, v_from.segment_source)
  where l.id = p_to;

  insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
  select p_to, (p_context ->> 'run_id')::uuid, r ->> 'field', 'twenty', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'),
    'edited in a lead whose person was merged with this one''s in Twenty, before it went out'
  from jsonb_array_elements(p_context -> 'rules') as r
  where r ->> 'direction' = 'both' and v_values ? (r ->> 'field') and not v_filled ? (r ->> 'field')
    and v_values -> (r ->> 'field') is distinct from v_agreed -> (r ->> 'field')
    and v_values -> (r ->> 'field') is distinct from p_context -> 'known' -> (r ->> 'field')
    and not lead_sync.is_same(r ->> 'kind', v_values -> (r ->> 'field'), lead_sync.lead_values(v_to) -> (r ->> 'field'));

  update public.leads as l set deleted_at = coalesce(l.deleted_at, clock_timestamp()), sync_status = 'synced', sync_error_message = null, sync_error_count = 0
  where l.id = p_from;
  update lead_sync.lead_states as s set
    joined = p_to,
    -- one that was never in Twenty has nothing agreed: whoever restores it by hand sends it out as it is
    base_local = case when v_from.twenty_id is null then '{}' else s.base_local || '{"deleted": true}' end,
    base_remote = case when v_from.twenty_id is null then '{}' else s.base_remote || '{"deleted": true}' end,
    due_at = null, due_since = null, claim_token = null, lease = null, intent = null
  where s.lead_id = p_from;
  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed, error_message)
  values (
    p_to, (p_context ->> 'run_id')::uuid, p_context ->> 'sync_type', 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(v_filled)),
    'lead ' || p_from || ' was joined with this one: ' || coalesce(p_context ->> 'reason', 'their people were merged in Twenty')
  );
  return jsonb_build_array(jsonb_build_object(p_from, p_to));
end
$$;
