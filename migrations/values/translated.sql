-- A snapshot, or values in wire form, with other names for those that have one. p_names: {field: {name: other name}}. What has none stays, and so does what is no object.
create or replace function lead_sync.translated(p_values jsonb, p_names jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when jsonb_typeof(p_values) is distinct from 'object' then p_values
    else p_values || coalesce(jsonb_object_agg(n.field, n.name) filter (where n.key is null), '{}') || case
      when count(n.key) > 0 then jsonb_build_object('attributes', (p_values -> 'attributes') || jsonb_object_agg(n.key, n.name) filter (where n.key is not null))
      else '{}'
    end
  end
  from (
    select e.key as field, k.key, e.value -> case when k.key is null then p_values ->> e.key else p_values -> 'attributes' ->> k.key end as name
    from jsonb_each(p_names) as e
    cross join lateral (select case when e.key like 'attributes.%' then substr(e.key, 12) end as key) as k
  ) as n
  where n.name is not null
$$;
