-- Why a row of the mapping cannot name a field of Twenty: a sentence, or null. Where no pull has told what there is, nothing is wrong.
create or replace function lead_sync.twenty_field_problem(p_object text, p_field text, p_kind text) returns text
language sql stable set search_path = '' as $$
  select case
    when k.field is null then
      format('Twenty had no field "%s" of a %s that can be synced when that was read last. Make it there first, under Settings › Data model: the next pull sees it.', p_field, p_object)
    when not k.field -> 'kinds' ? p_kind then format(
      'The field "%s" is %s in Twenty: it can hold %s, not %s.', p_field, k.field ->> 'type', (select string_agg(t, ' or ') from jsonb_array_elements_text(k.field -> 'kinds') as t), p_kind
    )
  end
  from lead_sync.twenty_fields as f
  left join lateral (select e as field from jsonb_array_elements(f.fields) as e where e ->> 'name' = p_field limit 1) as k on true
  where f.object = p_object
$$;
