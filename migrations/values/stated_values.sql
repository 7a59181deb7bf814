-- The values that a snapshot (or a lead from another source) states: blanks it states are kept as nulls, what it does not name is absent.
create or replace function lead_sync.stated_values(p_snapshot jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select (
    select coalesce(
      jsonb_object_agg(
        e.key,
        case
          when e.key in ('additional_emails', 'additional_phones') then lead_sync.stated_list(e.value)
          when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(btrim(e.value #>> '{}', e' \t\r\n\f\u000b\u00a0'), '')), 'null')
          else e.value
        end
      ) filter (where e.key = any (array[
        'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
        'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'segment'
      ]) or e.key like 'attributes.%'),
      '{}'
    )
    from jsonb_each(p_snapshot) as e
  ) || case
    when jsonb_typeof(p_snapshot -> 'attributes') = 'object' and p_snapshot -> 'attributes' <> '{}' then lead_sync.attribute_values(p_snapshot -> 'attributes', true)
    else '{}'::jsonb
  end
$$;
