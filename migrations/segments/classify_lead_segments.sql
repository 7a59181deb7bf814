-- Gives leads the segment whose criteria they meet, one step a call: go on while has_next. Human choices stay; of rules and AI the surer one does.
--   p_lead_ids  up to 10,000 leads; null: by p_scope
--   p_scope     undecided: leads without a segment; all: every lead; both by id
--   p_limit, p_position  as in calculate_lead_scores
-- Returns {classified, changed, undecided, has_next, position}.
create or replace function public.classify_lead_segments(
  p_lead_ids uuid[] default null, p_scope text default 'undecided', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.scoring_state;
  v_ids uuid[];
  v_stale uuid[];
  v_answer jsonb := '{"changed": 0, "undecided": 0}';
begin
  perform lead_sync.check_step(p_lead_ids, p_scope, array['undecided', 'all'], p_limit);
  perform set_config('lead_sync.engine', 'on', true);
  v_ids := lead_sync.leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position);
  if v_ids <> '{}' then
    perform lead_sync.lock_leads(v_ids);
    v_state := lead_sync.scoring_state_in_use();
    v_answer := lead_sync.write_segments(v_ids);
    if v_state.version > 0 then
      select array_agg(l.id) into v_stale
      from public.leads as l join unnest(v_ids) as i (id) on i.id = l.id
      where l.score_epoch = 0;
      if v_stale is not null then
        perform lead_sync.write_scores(v_stale, v_state);
      end if;
    end if;
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  return v_answer || jsonb_build_object(
    'classified', cardinality(v_ids),
    'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
    'position', case when p_lead_ids is null then coalesce(v_ids[cardinality(v_ids)], p_position) end
  );
end
$$;
