-- Changes a row of the mapping, or adds one, of the object that leads are.
--   p_lead_field  of the row
--   p_changes     {twenty_field, kind, direction, policy, enabled, translations}: what it does not name stays, or is as by default; the kind of a new row is that of its field in Twenty
--   p_preview     says what it would do, and changes nothing: looks at up to 10,000 linked leads, spread over all by their random ids
--   p_seen        the row's version when it was shown (get_mappings), '' for none; null: whatever it is by now
-- Returns {saved, problems: {name: sentence}, effect: {looked_at, complete, holds, sends, renames, starts_anew}}; holds: leads with a value in that field; sends: those that become
-- due by it; renames: those that get another name of their option when their people are read again, as a full pull does; starts_anew: what was agreed on the field counts no more, so two different values are a conflict; effect of a preview alone. Raises PT409 when somebody has changed the row since, 22023 on a malformed call.
create or replace function public.change_mapping(p_lead_field text, p_changes jsonb, p_preview boolean default false, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_object text := (select s.object from lead_sync.settings as s);
  v_before jsonb := lead_sync.rules((select s.object from lead_sync.settings as s));
  v_row lead_sync.field_mappings;
  v_was lead_sync.field_mappings;
  v_rules jsonb;
  v_renewed jsonb;
  v_names jsonb;
  v_effect jsonb;
  v_constraint text;
  v_message text;
  v_problems jsonb := '{}';
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes - array['twenty_field', 'kind', 'direction', 'policy', 'enabled', 'translations'] <> '{}' or p_lead_field is null then
    raise exception 'p_lead_field and an object p_changes of twenty_field, kind, direction, policy, enabled and translations are needed' using errcode = '22023';
  elsif p_changes ? 'enabled' and jsonb_typeof(p_changes -> 'enabled') <> 'boolean' then
    raise exception 'enabled must be true or false' using errcode = '22023';
  end if;
  select * into v_was from lead_sync.field_mappings as m where m.object = v_object and m.lead_field = p_lead_field for update;
  if p_seen <> coalesce(lead_sync.mapping_version(v_was), '') then
    raise exception 'Somebody has changed this row of the mapping since it was shown' using errcode = 'PT409', hint = 'Look at it again.';
  end if;
  if v_was is null and not p_changes ? 'kind' then
    p_changes := p_changes || coalesce((
      select jsonb_build_object('kind', e -> 'kinds' -> 0)
      from lead_sync.twenty_fields as f cross join jsonb_array_elements(f.fields) as e
      where f.object = v_object and e -> 'name' = p_changes -> 'twenty_field'
    ), '{}');
  end if;
  begin
    perform lead_sync.preview_mapping(jsonb_build_array(p_changes || jsonb_build_object('object', v_object, 'lead_field', p_lead_field)));
    select * into v_row from lead_sync.field_mappings as m where m.object = v_object and m.lead_field = p_lead_field;
    if (v_row.twenty_field, v_row.kind) is distinct from (v_was.twenty_field, v_was.kind) then
      v_message := lead_sync.twenty_field_problem(v_object, v_row.twenty_field, v_row.kind);
      if v_message is not null then
        raise check_violation using constraint = 'twenty_fields', message = v_message;
      end if;
    end if;
    if v_row.translations is distinct from v_was.translations and v_row.translations is not null then
      select case
        when e ->> 'type' <> 'SELECT' then format('The field "%s" is %s in Twenty: only a select has options to translate.', v_row.twenty_field, e ->> 'type')
        else lead_sync.translation_problem(v_row.translations, array(select o ->> 'value' from jsonb_array_elements(e -> 'options') as o))
      end into v_message
      from lead_sync.twenty_fields as f cross join jsonb_array_elements(f.fields) as e
      where f.object = v_object and e ->> 'name' = v_row.twenty_field;
      if v_message is not null then
        raise check_violation using constraint = 'translations', message = v_message;
      end if;
    end if;
    if p_preview then
      v_names := coalesce(lead_sync.names_here(v_object) -> p_lead_field, '{}');
      v_rules := lead_sync.rules(v_object);
      v_renewed := lead_sync.renewed_rules(v_rules);
      select jsonb_build_object(
        'looked_at', count(*), 'complete', count(*) < 10000,
        'holds', count(*) filter (where k.local ? p_lead_field or k.base_remote ? p_lead_field),
        'sends', count(*) filter (
          where p_lead_field = any (lead_sync.due_fields(
            k.local, case when v_renewed is null then k.base_local else lead_sync.known_base(k.base_local, k.merged_at, v_renewed) end,
            case when v_renewed is null then k.base_remote else lead_sync.known_base(k.base_remote, k.merged_at, v_renewed) end, true, v_rules
          )) and p_lead_field <> all (lead_sync.due_fields(k.local, k.base_local, k.base_remote, true, v_before))
            or k.left_out ? p_lead_field and v_row.translations ? (k.local ->> p_lead_field) and (v_was.translations ? (k.local ->> p_lead_field)) is not true
        ),
        'renames', count(*) filter (
          where v_row.direction <> 'to_twenty' and coalesce(v_names ->> n.option, n.option) <> k.base_remote ->> p_lead_field
        ),
        'starts_anew', v_row.base_since is distinct from v_was.base_since
      ) into v_effect
      from (
        select lead_sync.lead_values(l) as local, s.base_local, s.base_remote, s.merged_at, l.left_out
        from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
        where l.twenty_id is not null
        order by l.id
        limit 10000
      ) as k
      cross join lateral (select coalesce(v_was.translations ->> (k.base_remote ->> p_lead_field), k.base_remote ->> p_lead_field) as option) as n;
      raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
    end if;
  exception
    when sqlstate 'LSPRV' then
      null; -- what the variables hold is not taken back
    when check_violation then
      get stacked diagnostics v_constraint = constraint_name, v_message = message_text;
      v_problems := case v_constraint
        when 'field_mappings_lead_field_check' then '{"lead_field": "It must be a field of leads, or attributes.<key>."}'
        when 'field_mappings_twenty_field_check' then '{"twenty_field": "It must be the name of a field in Twenty, parts of it with a dot: emails.primaryEmail."}'
        when 'field_mappings_twenty_field' then '{"twenty_field": "It needs the field in Twenty; deleted has none."}'
        when 'translations' then jsonb_build_object('translations', v_message)
        when 'field_mappings_translations' then '{"translations": "Only a text or an option of the record itself, and no stage, is translated."}'
        when 'twenty_fields' then jsonb_build_object('twenty_field', v_message)
        when 'field_mappings_segment' then '{"direction": "The segment only goes to Twenty."}'
        when 'field_mappings_lists' then '{"kind": "Additional e-mails and phones are lists."}'
        else lead_sync.constraint_problem('lead_sync.field_mappings', v_constraint, p_changes)
      end;
  end;
  return jsonb_build_object('saved', v_problems = '{}' and not p_preview, 'problems', v_problems, 'effect', v_effect);
end
$$;
