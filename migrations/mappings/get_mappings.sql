-- The mapping of the object that leads are: which lead field is which Twenty field. Returns {object, rows: [{lead_field, twenty_field, kind, direction, policy, enabled,
-- translations, missing_since, version: changes with it}], lead_fields: those without a row, attributes that leads have among them, directions, policies, kinds: what a row may say, twenty_fields: what it may name
-- there, as store_twenty_fields has it, and twenty_fields_at: when a pull looked last; null before the first one}.
create or replace function public.get_mappings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'object', s.object,
    'rows', (
      select coalesce(jsonb_agg(to_jsonb(m) - array['object', 'base_since', 'place_since', 'changed_at'] || jsonb_build_object('version', lead_sync.mapping_version(m)) order by m.lead_field), '[]')
      from lead_sync.field_mappings as m where m.object = s.object
    ),
    'lead_fields', (
      select coalesce(jsonb_agg(f.name order by f.name), '[]')
      from (
        select r[1] as name from regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') as r
        union
        select 'attributes.' || k from (select l.attributes from public.leads as l order by l.id limit 1000) as l cross join jsonb_object_keys(l.attributes) as k where k !~ '\.'
      ) as f
      where f.name not in ('deleted', 'person', 'lead') and not exists (select from lead_sync.field_mappings as m where m.object = s.object and m.lead_field = f.name)
    ),
    'directions', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'direction'),
    'policies', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'policy'),
    'kinds', (select to_jsonb(d.options) from lead_sync.describe_columns('lead_sync.field_mappings') as d where d.name = 'kind'),
    'twenty_fields', t.fields,
    'twenty_fields_at', greatest(t.read_at, (
      select max(r.started_at) from public.lead_sync_runs as r where t.object is not null and r.direction = 'twenty_to_supabase' and r.mode <> 'inbox' and r.object = s.object
    ))
  )
  from lead_sync.settings as s
  left join lead_sync.twenty_fields as t on t.object = s.object
  left join pg_catalog.pg_constraint as c on c.conrelid = 'lead_sync.field_mappings'::regclass and c.conname = 'field_mappings_lead_field_check'
$$;
