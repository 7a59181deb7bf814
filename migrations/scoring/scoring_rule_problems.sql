-- What is wrong with a rule: {column: what, and what to do}, {} when it can be evaluated.
create or replace function lead_sync.scoring_rule_problems(p_rule public.lead_scoring_rules) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_problem text := lead_sync.condition_problem(p_rule.attribute, p_rule.operator, nullif(p_rule.value, 'null'));
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'rule_key', case when p_rule.rule_key is null or p_rule.rule_key !~ '^[a-z0-9][a-z0-9_]{0,62}$' then
      'a rule''s key has up to 63 small letters, digits and underscores, e.g. job_title_c_level'
    end,
    'rule_group', case when btrim(p_rule.rule_group) = '' then 'rule_group is blank: name a group, e.g. role' end,
    'points', case when p_rule.points is null or p_rule.points not between -100 and 100 then 'points must be between -100 and 100, got ' || coalesce(p_rule.points::text, 'nothing') end,
    'decay_days', case when p_rule.decay_days not between 1 and 3650 then 'decay_days must be between 1 and 3650, got ' || p_rule.decay_days || '; leave it empty for points that stay' end
  ) || lead_sync.condition_problem_at(v_problem));
end
$$;
