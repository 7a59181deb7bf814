-- What is wrong with attribute, operator and value, and what to do; null when they can be evaluated.
create or replace function lead_sync.condition_problem(p_attribute text, p_operator text, p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_attribute is null or not (p_attribute = any (lead_sync.scoring_attributes()) or p_attribute ~ '^attributes\..+$') then
      'there is no attribute "' || coalesce(p_attribute, '') || '": use one of ' || array_to_string(lead_sync.scoring_attributes(), ', ') || ' or attributes.<key>'
    when p_operator is null or not p_operator = any (lead_sync.scoring_operators()) then
      'there is no operator "' || coalesce(p_operator, '') || '": use one of ' || array_to_string(lead_sync.scoring_operators(), ', ')
    when p_attribute = 'created_at' and p_operator not in ('within_days', 'is_set', 'is_not_set') then
      'created_at is a time: use within_days, or lead_age_days with greater, less or between'
    when p_attribute in ('lead_age_days', 'company_employees', 'days_without_activity', 'activity_count') and p_operator not in ('greater', 'less', 'between', 'is_set', 'is_not_set') then
      p_attribute || ' is a number: use greater, less, between, is_set or is_not_set'
    when p_operator = 'within_days' and p_attribute <> 'created_at' and p_attribute not like 'attributes.%' then
      p_attribute || ' is not a time: within_days goes with created_at and attributes.<key>'
    when p_operator in ('greater', 'less', 'between') and p_attribute not in ('lead_age_days', 'company_employees', 'days_without_activity', 'activity_count')
      and p_attribute not like 'attributes.%' then
      p_attribute || ' is a text: ' || p_operator || ' goes with lead_age_days, company_employees, days_without_activity, activity_count and attributes.<key>'
    when p_operator in ('is_set', 'is_not_set') then case
      when v.type <> 'null' then p_operator || ' takes no value: leave it empty'
    end
    when p_operator in ('equals', 'not_equals') then case
      when v.type not in ('string', 'number', 'boolean') or btrim(p_value #>> '{}') = '' then p_operator || ' takes one text, number or true/false, e.g. "webinar"'
      when p_attribute = 'email_type' and p_value not in ('"free"', '"corporate"') then 'email_type is "free" or "corporate"'
    end
    when p_operator in ('greater', 'less') then case
      when v.type <> 'number' then p_operator || ' takes a number, e.g. 50'
      when abs((p_value #>> '{}')::numeric) > 1e15 then p_operator || ' takes a number up to 1e15'
    end
    when p_operator = 'within_days' then case
      when v.type <> 'number' or p_value::text !~ '^[0-9]{1,4}$' or p_value::text !~ '[1-9]' then 'within_days takes a whole number of days, 1 to 9999, e.g. 30'
    end
    when p_operator = 'between' then case
      when v.type <> 'array' then 'between takes two numbers, e.g. [50, 200]'
      when jsonb_array_length(p_value) <> 2 or jsonb_typeof(p_value -> 0) <> 'number' or jsonb_typeof(p_value -> 1) <> 'number' then
        'between takes two numbers, e.g. [50, 200]'
      when (p_value ->> 0)::numeric > (p_value ->> 1)::numeric then 'between takes the smaller number first, e.g. [50, 200]'
      when greatest(abs((p_value ->> 0)::numeric), abs((p_value ->> 1)::numeric)) > 1e15 then 'between takes numbers up to 1e15'
    end
    when p_operator in ('in', 'not_in') then case
      when v.type <> 'array' or p_value = '[]' then p_operator || ' takes a list, e.g. ["webinar", "referral"]'
      when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")') then
        p_operator || ' takes a list of texts, numbers or true/false, e.g. ["webinar", "referral"]'
    end
    else case
      when v.type not in ('string', 'array') or p_value = '[]' then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
      when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string")') then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
      when exists (
        select from jsonb_array_elements_text(case when v.type = 'array' then p_value else jsonb_build_array(p_value) end) as t
        where btrim(case when p_operator = 'contains_word' then lead_sync.words(t) else t end) = ''
      ) then p_operator || ' takes texts that are not blank'
    end
  end
  from (select coalesce(jsonb_typeof(p_value), 'null') as type) as v
$$;
