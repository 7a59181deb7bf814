-- Changes settings, all of them or none. p_changes: {name: value}, null for an empty one; names and what they may be: get_settings.
-- Returns {saved, problems: {name: sentence}, settings: {name: value} as they are then}. Raises 22023 on a malformed call.
create or replace function public.change_settings(p_changes jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_settings lead_sync.settings;
  v_problems jsonb;
  v_constraint text;
  v_message text;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    raise exception 'p_changes must be an object, e.g. {"max_attempts": 8}' using errcode = '22023';
  end if;
  select * into strict v_settings from lead_sync.settings for update;
  v_problems := lead_sync.change_problems(v_settings, p_changes);
  if p_changes ?| array['only_row', 'object'] then
    v_problems := v_problems || '{"object": "Another object is another sync: change lead_sync.settings in the SQL editor, then run npx n8n-nodes-lead-sync setup."}';
  elsif not v_problems ? 'lease' and (p_changes ->> 'lease')::interval < '1 minute' then
    v_problems := v_problems || '{"lease": "It must be at least a minute: a run that is slower than that would be taken over while it works."}';
  end if;
  if v_problems = '{}' then
    begin
      execute (
        select format('update lead_sync.settings set (%1$s) = (select %1$s from jsonb_populate_record(null::lead_sync.settings, $1))', string_agg(quote_ident(d.name), ', '))
        from lead_sync.describe_columns('lead_sync.settings') as d where p_changes ? d.name
      ) using p_changes;
    exception
      when check_violation then
        get stacked diagnostics v_constraint = constraint_name;
        v_problems := lead_sync.constraint_problem('lead_sync.settings', v_constraint, p_changes);
      when invalid_parameter_value then
        get stacked diagnostics v_message = message_text;
        v_problems := lead_sync.constraint_problem('lead_sync.settings', 'settings_quiet_zone', p_changes, v_message);
    end;
  end if;
  select * into strict v_settings from lead_sync.settings;
  return jsonb_build_object(
    'saved', v_problems = '{}', 'problems', v_problems,
    'settings', (select coalesce(jsonb_object_agg(k, to_jsonb(v_settings) -> k), '{}') from jsonb_object_keys(p_changes) as k where to_jsonb(v_settings) ? k)
  );
end
$$;
