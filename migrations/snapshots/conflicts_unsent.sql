-- The conflicts that a merge makes of values that never were in Twenty: those of left-out fields that are taken from there, and, of a create that landed unheard, what
-- somebody may have written or blanked since, and the other name or domain that its company has.
--   p_taken   {field: value} that the lead takes from Twenty
--   p_sent    values of the create; null: none landed unheard
--   p_stated  what Twenty shows; null where nobody changed it since the create
create or replace function lead_sync.conflicts_unsent(p_left_out jsonb, p_taken jsonb, p_sent jsonb, p_stated jsonb, p_local jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'field', r ->> 'field', 'winner', case when p_taken ? (r ->> 'field') then 'twenty' else 'supabase' end,
    'supabase_value', p_local -> (r ->> 'field'), 'twenty_value', p_taken -> (r ->> 'field'),
    'reason', case
      when p_sent is not null and r ->> 'field' in ('company_name', 'company_domain') and p_taken ? (r ->> 'field') then
        'the company in Twenty has this value: edit the company there'
      when p_sent is not null and p_taken ? (r ->> 'field') then 'edited in Twenty when the new person was first seen: the value here may not have arrived'
      when p_taken ? (r ->> 'field') then 'the value here was left out of what Twenty got'
      else 'blank when the new person was first seen: the value may not have arrived'
    end
  )), '[]')
  from jsonb_array_elements(p_rules) as r
  where r ->> 'direction' = 'both' and p_local ? (r ->> 'field') and case
    when p_sent is null then
      p_left_out ? (r ->> 'field') and p_taken ? (r ->> 'field')
      and not lead_sync.same_value(r ->> 'kind', p_local -> (r ->> 'field'), p_taken -> (r ->> 'field'))
    when p_taken ? (r ->> 'field') then
      (r ->> 'field' in ('company_name', 'company_domain') or p_stated is not null) and p_sent ? (r ->> 'field')
      and not lead_sync.is_same(r ->> 'kind', p_sent -> (r ->> 'field'), p_taken -> (r ->> 'field'))
    else p_sent ? (r ->> 'field') and p_stated -> (r ->> 'field') = 'null'
  end
$$;
