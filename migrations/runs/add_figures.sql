-- Adds numbers to a run's figures, and names missing Twenty fields among its warnings.
create or replace function lead_sync.add_figures(p_run_id uuid, p_figures jsonb, p_missing_fields jsonb) returns void
language sql volatile set search_path = '' as $$
  update public.lead_sync_runs as r
  set
    figures = r.figures || (
      select jsonb_object_agg(f.key, coalesce((r.figures ->> f.key)::bigint, 0) + (f.value #>> '{}')::bigint) from jsonb_each(p_figures) as f
    ),
    warnings = case
      when coalesce(jsonb_array_length(p_missing_fields), 0) = 0 then r.warnings
      else jsonb_build_array(
        'Twenty lacks the fields ' || (select string_agg(f.value, ', ' order by f.value) from jsonb_array_elements_text(p_missing_fields) as f)
        || ': they are left out. Run the Twenty node''s Workspace: Prepare once, or disable their rows in lead_sync.field_mappings.'
      )
    end
  where r.id = p_run_id;
$$;
