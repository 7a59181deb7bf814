-- Per field of one lead, what an undo makes of it. p_changes: {field: {was, after, at, side}}, the first value before, the last after, as undo_sync has them; p_values: the lead's values now; p_rules: see lead_sync.rules.
-- Returns [{field, value, becomes, kept}]: kept says why a field stays as it is, null: it becomes the value before.
create or replace function lead_sync.fields_to_undo(p_changes jsonb, p_values jsonb, p_rules jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select jsonb_agg(jsonb_build_object(
      'field', c.key, 'value', p_values -> c.key, 'becomes', c.value -> 'was',
      'kept', case
        when coalesce(p_values -> c.key, 'null') <> c.value -> 'after' then 'it was changed since'
        when r.rule is null or r.rule ->> 'direction' = 'none' then 'the field is not synced any more'
        when r.rule ->> 'direction' = 'to_supabase' then 'the field only flows from Twenty to Supabase: correct it there'
        when c.value ->> 'side' = 'twenty' and (r.rule ->> 'base_since')::timestamptz > (c.value ->> 'at')::timestamptz
          then 'the field was mapped to another one of Twenty when it was written there'
      end
    ) order by c.key)
    from jsonb_each(p_changes) as c
    left join lateral (select r as rule from jsonb_array_elements(p_rules) as r where r ->> 'field' = c.key limit 1) as r on true
    where coalesce(p_values -> c.key, 'null') <> c.value -> 'was'
  );
end
$$;
