-- Puts the rows of another mapping in force; rows that it does not name stay. Columns that a row lacks stay, too, or take their defaults.
create or replace function lead_sync.preview_mapping(p_rows jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.field_mappings as m (object, lead_field, twenty_field, kind, direction, policy, enabled, translations)
  select
    r ->> 'object', r ->> 'lead_field', case when r ? 'twenty_field' then r ->> 'twenty_field' else k.twenty_field end,
    coalesce(r ->> 'kind', k.kind, 'text'), coalesce(r ->> 'direction', k.direction, 'both'), coalesce(r ->> 'policy', k.policy, 'last_write_wins'),
    coalesce((r ->> 'enabled')::boolean, k.enabled, true),
    case when r ? 'translations' then nullif(r -> 'translations', 'null') else k.translations end
  from jsonb_array_elements(case when jsonb_typeof(p_rows) = 'array' then p_rows else '[]' end) as r
  left join lead_sync.field_mappings as k on k.object = r ->> 'object' and k.lead_field = r ->> 'lead_field'
  on conflict (object, lead_field) do update set
    twenty_field = excluded.twenty_field, kind = excluded.kind, direction = excluded.direction, policy = excluded.policy, enabled = excluded.enabled,
    translations = excluded.translations
  where (m.twenty_field, m.kind, m.direction, m.policy, m.enabled, m.translations)
    is distinct from (excluded.twenty_field, excluded.kind, excluded.direction, excluded.policy, excluded.enabled, excluded.translations);
end
$$;
