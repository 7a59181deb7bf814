-- The mapping of the object that leads are: which lead field is which Twenty field. Returns {object, rows: [{lead_field, twenty_field, kind, direction, policy, enabled,
-- missing_since}], lead_fields: those without a row, directions, policies, kinds: what a row may say}.
create or replace function public.get_mappings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'object', s.object,
    'rows', (
      select coalesce(jsonb_agg(to_jsonb(m) - array['object', 'base_since'] order by m.lead_field), '[]')
      from lead_sync.field_mappings as m where m.object = s.object
    ),
    'lead_fields', (
      select coalesce(jsonb_agg(f.name order by f.name), '[]')
      from unnest(regexp_split_to_array((
        select string_agg(r[1], ',') from regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') as r
      ), ',')) as f (name)
      where f.name <> 'deleted' and not exists (select from lead_sync.field_mappings as m where m.object = s.object and m.lead_field = f.name)
    ),
    'directions', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'direction'),
    'policies', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'policy'),
    'kinds', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'kind')
  )
  from lead_sync.settings as s
  left join pg_catalog.pg_constraint as c on c.conrelid = 'lead_sync.field_mappings'::regclass and c.conname = 'field_mappings_lead_field_check'
$$;
