-- Saves the limits of a group of rules of the draft, or takes them away. p_group: {rule_group, lowest, highest, description}, the limits null for none; p_delete: the group has no limits.
-- Returns {saved, problems: {column: sentence}}. Raises 22023 on a malformed call.
create or replace function public.save_scoring_group(p_group jsonb, p_delete boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_problems jsonb;
begin
  if jsonb_typeof(p_group) is distinct from 'object' or coalesce(btrim(p_group ->> 'rule_group'), '') = '' or pg_column_size(p_group) > 16384 then
    raise exception 'p_group must be an object with a rule_group' using errcode = '22023';
  elsif p_delete then
    delete from public.lead_scoring_groups as g where g.rule_group = p_group ->> 'rule_group';
    return '{"saved": true, "problems": {}}';
  end if;
  v_problems := lead_sync.change_problems(null::public.lead_scoring_groups, p_group);
  if v_problems = '{}' then
    insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
    select g.rule_group, g.lowest, g.highest, g.description from jsonb_populate_record(null::public.lead_scoring_groups, p_group) as g
    on conflict (rule_group) do update set lowest = excluded.lowest, highest = excluded.highest, description = excluded.description;
  end if;
  return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems);
end
$$;
