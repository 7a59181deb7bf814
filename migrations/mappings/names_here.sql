-- What the options of an object's selects in Twenty are called here, where some have another name: {field: {option: name}}; null, as mostly, for none.
create or replace function lead_sync.names_here(p_object text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_object_agg(m.lead_field, (select jsonb_object_agg(t.value #>> '{}', t.key) from jsonb_each(m.translations) as t))
  from lead_sync.field_mappings as m
  where m.object = p_object and m.translations is not null
$$;
