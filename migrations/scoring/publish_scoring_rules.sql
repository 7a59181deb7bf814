-- Puts the draft in force as a new version. Scores follow through calculate_lead_scores(); leads that change follow at once.
--   p_seen  seen of the preview that was shown; null: whatever the draft is by now
-- Returns {version, rules, previous}. Raises 22023 when the draft has no enabled rule, PT409 when somebody has changed it since.
create or replace function public.publish_scoring_rules(p_note text default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_previous integer;
  v_version integer;
  v_draft jsonb;
  v_rules integer;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions')); -- before the state, as a change of segments does; the draft stays what it is here
  select s.version into strict v_previous from lead_sync.scoring_state as s for update;
  v_draft := lead_sync.scoring_draft();
  if not exists (select from lead_sync.conditions as c where c.set_no = -1) then
    raise exception 'There is no enabled rule to publish' using errcode = '22023', hint = 'Add or enable rules in lead_scoring_rules; roll_back_scoring_rules(0) stops scoring.';
  elsif md5(v_draft::text) <> p_seen then
    raise exception 'Somebody has changed the draft since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
  end if;
  select coalesce(max(v.version), 0) + 1 into v_version from public.lead_scoring_versions as v;
  insert into public.lead_scoring_versions (version, rules, groups, note) values (v_version, v_draft -> 'rules', v_draft -> 'groups', p_note);
  insert into lead_sync.conditions (
    set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
  )
  select
    v_version, c.condition_key, c.group_key, c.lowest, c.highest, c.attribute_no, c.attribute_key, c.operator_no, c.text_value, c.texts, c.low, c.high,
    c.points, c.decay_days, c.timed
  from lead_sync.conditions as c
  where c.set_no = -1;
  get diagnostics v_rules = row_count;
  perform lead_sync.describe_set(v_version);
  update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
  perform public.note_action('publish_scoring_rules', jsonb_build_object('version', v_version, 'note', left(p_note, 200)));
  return jsonb_build_object('version', v_version, 'rules', v_rules, 'previous', v_previous);
end
$$;
