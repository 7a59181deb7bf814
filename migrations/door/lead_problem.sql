-- Why an item cannot be taken at all, or null. p_lead: of another source as read_lead has it. p_max_bytes: of settings; a snapshot, which brings its values and the record that they are from, may have twice as many.
create or replace function lead_sync.lead_problem(p_lead jsonb, p_source text, p_max_bytes integer) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when jsonb_typeof(p_lead) <> 'object' then 'not an object: a lead is {"email": …, "first_name": …}'
    when pg_column_size(p_lead) > case p_source when 'twenty' then 2 else 1 end * p_max_bytes then format(
      'it has %s bytes, most of them in %s; at most %s are taken: shorten it, or raise max_lead_bytes in lead_sync.settings', pg_column_size(p_lead),
      (select e.key from jsonb_each(p_lead) as e order by pg_column_size(e.value) desc limit 1), case p_source when 'twenty' then 2 else 1 end * p_max_bytes
    )
    when p_source = 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'twenty_id'), false) then 'twenty_id must be the UUID of the Twenty record'
    when p_source <> 'twenty' and lead_sync.value_problem(p_lead) is not null then lead_sync.value_problem(p_lead)
    when p_source <> 'twenty' and not coalesce(lead_sync.is_uuid(p_lead ->> 'id'), true) then 'id must be a UUID'
    when p_source <> 'twenty' and p_lead ? 'touch' and lead_sync.touch_problem(p_lead -> 'touch') is not null then lead_sync.touch_problem(p_lead -> 'touch')
    when p_source <> 'twenty' and p_lead ->> 'email' is null and jsonb_strip_nulls(lead_sync.stated_values(p_lead)) = '{}' then 'no lead field has a value' || coalesce('; not known: ' || nullif(lead_sync.ignored_fields(p_lead), '[]')::text, '')
  end
$$;
