-- Refuses a rule that cannot be evaluated, by its name and with what to do.
create or replace function lead_sync.check_scoring_rule() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text;
begin
  select p.value into v_problem
  from jsonb_each_text(lead_sync.scoring_rule_problems(new)) as p
  order by array_position(array['rule_key', 'rule_group', 'points', 'decay_days'], p.key)
  limit 1;
  if v_problem is not null then
    raise exception 'Rule "%": %', new.rule_key, v_problem using errcode = '22023', hint = 'The rule was not saved. Correct it and save it again.';
  end if;
  new.updated_at := now();
  return new;
end
$$;
