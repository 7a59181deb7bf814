-- Refuses a rule that cannot be evaluated, by its name and with what to do.
create or replace function lead_sync.check_scoring_rule() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text := case
    when new.rule_key is null or new.rule_key !~ '^[a-z0-9][a-z0-9_]{0,62}$' then
      'a rule''s key has up to 63 small letters, digits and underscores, e.g. job_title_c_level'
    when btrim(new.rule_group) = '' then 'rule_group is blank: name a group, e.g. role'
    when new.points is null or new.points not between -100 and 100 then 'points must be between -100 and 100, got ' || coalesce(new.points::text, 'nothing')
    when new.decay_days not between 1 and 3650 then 'decay_days must be between 1 and 3650, got ' || new.decay_days || '; leave it empty for points that stay'
    else lead_sync.condition_problem(new.attribute, new.operator, new.value)
  end;
begin
  if v_problem is not null then
    raise exception 'Rule "%": %', new.rule_key, v_problem using errcode = '22023', hint = 'The rule was not saved. Correct it and save it again.';
  end if;
  new.updated_at := now();
  return new;
end
$$;
