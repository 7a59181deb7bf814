-- The fields that a merge sets in the lead that stays: {field: value}, null for a blank. p_choices: {field: keep, drop or a value}; a field that is left out stays. Of a company,
-- whose name and domain are one value, the choice for one counts for both.
-- Raises 22023 on what is no field or no value of it.
create or replace function lead_sync.chosen_values(p_choices jsonb, p_keep public.leads, p_drop public.leads) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_choices jsonb := coalesce(p_choices, '{}');
  v_drop jsonb := lead_sync.lead_values(p_drop);
  v_chosen jsonb := '{}';
  v_field text;
  v_problem text;
begin
  if jsonb_typeof(v_choices) <> 'object' then
    raise exception 'p_choices must be an object: {"city": "drop"}' using errcode = '22023';
  end if;
  if v_choices ->> 'company_name' in ('keep', 'drop') or v_choices ->> 'company_domain' in ('keep', 'drop') then
    v_choices := jsonb_build_object('company_name', v_choices -> 'company_domain', 'company_domain', v_choices -> 'company_name') || v_choices;
  end if;
  for v_field in select k from jsonb_object_keys(v_choices) as k order by k loop
    if v_field not in (
      'first_name', 'last_name', 'email', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url',
      'lead_source', 'lead_status', 'lead_score', 'segment'
    ) and v_field not like 'attributes._%' then
      raise exception 'There is nothing to choose of "%"', left(v_field, 100)
        using errcode = '22023', hint = 'Name fields of leads, or attributes.<key>. Other addresses and numbers of both are kept.';
    end if;
    continue when v_choices ->> v_field = 'keep';
    v_chosen := v_chosen || jsonb_build_object(v_field, case when v_choices ->> v_field = 'drop' then v_drop -> v_field else v_choices -> v_field end);
  end loop;
  v_problem := lead_sync.value_problem(v_chosen);
  if v_problem is not null then
    raise exception '%', v_problem using errcode = '22023';
  elsif v_chosen ? 'segment' then
    perform lead_sync.with_value(p_keep, 'segment', v_chosen -> 'segment');
  end if;
  return v_chosen;
end
$$;
