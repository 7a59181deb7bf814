-- Scores leads by the published rules, one step a call: go on while has_next. Segments and bands are brought up to date first. Several sessions can work on the stale ones.
--   p_lead_ids  up to 10,000 leads; null: by p_scope
--   p_scope     stale: rules, criteria or tables changed since, or points decayed; all: every lead, by id
--   p_limit     leads a step, 1 to 20,000
--   p_position  of the step before, for all; null for the first
-- Returns {scored, changed, has_next, position, version}; with nothing published, segments and bands follow alone: {scored: 0, …, version: null, reason}.
create or replace function public.calculate_lead_scores(
  p_lead_ids uuid[] default null, p_scope text default 'stale', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.scoring_state;
  v_ids uuid[];
  v_outdated uuid[];
  v_due uuid[];
  v_since integer; -- all leads of today were looked at in this epoch
  v_changed integer := 0;
begin
  perform lead_sync.check_step(p_lead_ids, p_scope, array['stale', 'all'], p_limit);
  v_state := lead_sync.scoring_state_in_use();
  perform set_config('lead_sync.engine', 'on', true);
  v_since := (select min(case when r.is_sure then r.epoch else 0 end) from lead_sync.scoring_ranges as r);
  v_ids := case
    when p_lead_ids is null and p_scope = 'stale' then lead_sync.take_stale_leads(v_state.epoch, p_limit)
    else lead_sync.leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position)
  end;
  if v_ids <> '{}' then
    if v_since < greatest(v_state.enriched_epoch, v_state.segments_epoch) then
      select array_agg(l.id) into v_outdated
      from public.leads as l
      where l.id = any (v_ids) and l.score_epoch < greatest(v_state.enriched_epoch, v_state.segments_epoch) and l.deleted_at is null;
    else
      select array_agg(l.id) into v_outdated from public.leads as l where l.id = any (v_ids) and l.score_epoch = 0 and l.deleted_at is null;
    end if;
    if v_outdated is not null then
      perform lead_sync.lock_leads(v_outdated);
      perform lead_sync.write_segments(v_outdated);
    end if;
    if v_state.version > 0 then
      v_due := lead_sync.leads_to_score(v_ids, v_state.version);
    else
      v_due := array(select l.id from public.leads as l where l.id = any (v_ids) and l.score_epoch = 0);
    end if;
    if v_due <> '{}' then
      perform lead_sync.lock_leads(v_due);
      if v_state.version > 0 then
        v_changed := lead_sync.write_scores(v_due, v_state);
      else
        update public.leads as l set score_epoch = v_state.epoch where l.id = any (v_due);
      end if;
    end if;
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'scored', case when v_state.version > 0 then cardinality(v_ids) else 0 end,
    'changed', v_changed,
    'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
    -- where nothing is scored, it shows whoever repeats this that it goes on
    'position', case when p_lead_ids is null and (p_scope = 'all' or v_state.version = 0) then coalesce(v_ids[cardinality(v_ids)], p_position) end,
    'version', nullif(v_state.version, 0)
  ) || case
    when v_state.version > 0 then '{}'
    else '{"reason": "No scoring rules are published: look at them with preview_scoring_rules() and put them in force with publish_scoring_rules()"}'
  end::jsonb;
end
$$;
