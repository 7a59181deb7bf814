-- Puts the points that get_score_quality() suggests into the draft of the scoring rules, and shows what they would change; nothing is published, and roll_back_scoring_rules(version, true) brings the
-- draft of a version back. Rules whose points were 0 stay: somebody decided that they weigh nothing.
-- Returns {changed: [{rule_key, before, after}], preview: as preview_scoring_rules(), null where nothing changed}.
create or replace function public.draft_suggested_points(p_from timestamptz default null, p_to timestamptz default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_changed jsonb;
begin
  with suggested as materialized (
    select r.rule_key, r.points as before, o.suggested_points as after
    from jsonb_to_recordset(lead_sync.rule_odds(p_from, p_to)) as o (rule_key text, suggested_points numeric)
    join public.lead_scoring_rules as r on r.rule_key = o.rule_key
    where r.enabled and r.points not in (0, o.suggested_points)
    for update of r
  ),
  written as (
    update public.lead_scoring_rules as r set points = s.after from suggested as s where r.rule_key = s.rule_key
  )
  select coalesce(jsonb_agg(jsonb_build_object('rule_key', s.rule_key, 'before', s.before, 'after', s.after) order by s.rule_key), '[]') into v_changed from suggested as s;
  return jsonb_build_object('changed', v_changed, 'preview', case when v_changed <> '[]' then public.preview_scoring_rules() end);
end
$$;
