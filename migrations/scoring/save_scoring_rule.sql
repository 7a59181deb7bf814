-- Saves a rule of the draft, or takes it out; what is in force stays as it is until publish_scoring_rules().
--   p_rule    {rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description}; of a rule that is there, what is left out stays
--   p_delete  true: takes the rule of this rule_key out
--   p_new     true: refuses a rule_key that is taken
-- Returns {saved, problems: {column: sentence}}. Raises 22023 on a malformed call.
create or replace function public.save_scoring_rule(p_rule jsonb, p_delete boolean default false, p_new boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_rule public.lead_scoring_rules;
  v_problems jsonb;
begin
  if jsonb_typeof(p_rule) is distinct from 'object' or pg_column_size(p_rule) > 65536 then
    raise exception 'p_rule must be an object of at most 64 kB' using errcode = '22023';
  elsif p_delete then
    delete from public.lead_scoring_rules as r where r.rule_key = p_rule ->> 'rule_key';
    return jsonb_build_object('saved', found, 'problems', case when found then '{}'::jsonb else '{"rule_key": "There is no such rule."}' end);
  end if;
  select * into v_rule from public.lead_scoring_rules as r where r.rule_key = p_rule ->> 'rule_key' for update;
  if not found then
    v_rule.rule_group := 'other';
    v_rule.enabled := true;
    v_rule.updated_at := now();
  end if;
  v_problems := lead_sync.change_problems(v_rule, p_rule - 'value'); -- a rule without a value is one that is set
  if v_problems = '{}' then
    v_rule := jsonb_populate_record(v_rule, p_rule);
    v_rule.value := nullif(v_rule.value, 'null');
    v_problems := lead_sync.scoring_rule_problems(v_rule);
  end if;
  if v_problems = '{}' then
    insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description)
    values (v_rule.rule_key, v_rule.rule_group, v_rule.attribute, v_rule.operator, v_rule.value, v_rule.points, v_rule.decay_days, v_rule.enabled, v_rule.description)
    on conflict (rule_key) do update set
      rule_group = excluded.rule_group, attribute = excluded.attribute, operator = excluded.operator, value = excluded.value, points = excluded.points,
      decay_days = excluded.decay_days, enabled = excluded.enabled, description = excluded.description
    where p_new is not true;
    if not found then
      v_problems := '{"rule_key": "Another rule has this name."}';
    end if;
  end if;
  return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
