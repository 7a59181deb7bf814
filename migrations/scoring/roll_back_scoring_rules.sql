-- Puts an earlier version in force again.
--   p_version        null: the one published before the one in force; 0: no scoring, scores stay as they are
--   p_restore_draft  also makes that version's rules the draft, in place of what the draft holds now
-- Returns {version, rules, previous}. Raises 22023 when there is no such version.
create or replace function public.roll_back_scoring_rules(p_version integer default null, p_restore_draft boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_previous integer;
  v_version integer := p_version;
  v_published public.lead_scoring_versions;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions')); -- before the state, as publish_scoring_rules does
  select s.version into strict v_previous from lead_sync.scoring_state as s for update;
  if v_version is null then
    select coalesce(max(v.version), 0) into v_version from public.lead_scoring_versions as v where v.version < v_previous;
  end if;
  select * into v_published from public.lead_scoring_versions as v where v.version = v_version;
  if not found and v_version <> 0 then
    raise exception 'There is no published version %', v_version using errcode = '22023', hint = 'get_scoring_rules() lists the versions.';
  end if;
  if p_restore_draft and v_version <> 0 then
    delete from public.lead_scoring_rules as r where not exists (select from jsonb_array_elements(v_published.rules) as p where p ->> 'rule_key' = r.rule_key);
    delete from public.lead_scoring_groups as g where not exists (select from jsonb_array_elements(v_published.groups) as p where p ->> 'rule_group' = g.rule_group);
    insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
    select g.rule_group, g.lowest, g.highest, g.description
    from jsonb_to_recordset(v_published.groups) as g (rule_group text, lowest numeric, highest numeric, description text)
    on conflict (rule_group) do update set lowest = excluded.lowest, highest = excluded.highest, description = excluded.description;
    insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description)
    select r.rule_key, r.rule_group, r.attribute, r.operator, nullif(r.value, 'null'), r.points, r.decay_days, r.enabled, r.description
    from jsonb_to_recordset(v_published.rules) as r (
      rule_key text, rule_group text, attribute text, operator text, value jsonb, points numeric, decay_days integer, enabled boolean, description text
    )
    on conflict (rule_key) do update set
      rule_group = excluded.rule_group, attribute = excluded.attribute, operator = excluded.operator, value = excluded.value, points = excluded.points,
      decay_days = excluded.decay_days, enabled = excluded.enabled, description = excluded.description;
  end if;
  update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
  perform public.note_action('roll_back_scoring_rules', jsonb_build_object('version', v_version, 'draft', p_restore_draft));
  return jsonb_build_object(
    'version', v_version, 'rules', (select count(*) from lead_sync.conditions as c where c.set_no = v_version and v_version > 0), 'previous', v_previous
  );
end
$$;
