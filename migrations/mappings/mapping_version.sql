-- A text that is another one once people have changed the row; null of no row.
create or replace function lead_sync.mapping_version(p_row lead_sync.field_mappings) returns text
language sql stable set search_path = '' as $$
  select case when (p_row).lead_field is not null then md5((to_jsonb(p_row) - array['missing_since', 'base_since', 'place_since', 'changed_at'])::text) end
$$;
