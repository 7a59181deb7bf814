-- Values back in the wire form of a lead: "attributes.utm" becomes {"attributes": {"utm": …}}.
create or replace function lead_sync.wire_form(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.key not like 'attributes.%'), '{}')
    || case
      when bool_or(e.key like 'attributes.%')
        then jsonb_build_object('attributes', jsonb_object_agg(substr(e.key, 12), e.value) filter (where e.key like 'attributes.%'))
      else '{}'::jsonb
    end
  from jsonb_each(p_values) as e
$$;
