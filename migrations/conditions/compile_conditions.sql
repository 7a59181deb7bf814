-- Rules or criteria in the form in which they are evaluated. p_conditions: [{condition_key, group_key, lowest, highest, attribute, operator, value, points, decay_days}].
create or replace function lead_sync.compile_conditions(p_set_no integer, p_conditions jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from lead_sync.conditions as c where c.set_no = p_set_no;
  insert into lead_sync.conditions (
    set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
  )
  select
    p_set_no, c.condition_key, c.group_key, c.lowest, c.highest,
    coalesce(array_position(lead_sync.scoring_attributes(), c.attribute), cardinality(lead_sync.scoring_attributes()) + k.key_no),
    k.key,
    case
      when c.operator in ('contains', 'starts_with', 'ends_with') then array_position(lead_sync.scoring_operators(), 'contains')
      else array_position(lead_sync.scoring_operators(), c.operator)
    end,
    case when c.operator in ('equals', 'not_equals') then lower(btrim(c.value #>> '{}')) end,
    case
      when c.operator in ('in', 'not_in') then array(select lower(btrim(t)) from jsonb_array_elements_text(c.value) as t)
      when c.operator in ('contains', 'contains_word', 'starts_with', 'ends_with') then array(
        select lead_sync.like_pattern(c.operator, t)
        from jsonb_array_elements_text(case when jsonb_typeof(c.value) = 'array' then c.value else jsonb_build_array(c.value) end) as t
      )
    end,
    case
      when c.operator in ('greater', 'less', 'within_days') then (c.value #>> '{}')::double precision
      when c.operator = 'between' then (c.value ->> 0)::double precision
    end,
    case when c.operator = 'between' then (c.value ->> 1)::double precision end,
    c.points, c.decay_days,
    c.decay_days is not null or c.operator = 'within_days' or (c.attribute in ('lead_age_days', 'days_without_activity') and c.operator in ('greater', 'less', 'between'))
  from jsonb_to_recordset(p_conditions) as c (
    condition_key text, group_key text, lowest numeric, highest numeric, attribute text, operator text, value jsonb,
    points numeric, decay_days integer
  )
  left join (
    select a.key, dense_rank() over (order by a.key) as key_no
    from (select distinct substr(d ->> 'attribute', 12) as key from jsonb_array_elements(p_conditions) as d where d ->> 'attribute' like 'attributes.%') as a
  ) as k on c.attribute = 'attributes.' || k.key;
  perform lead_sync.describe_set(p_set_no);
end
$$;
