-- The mapping's rules in force for an object: [{field, kind, direction, policy, base_since, of_company, translations}], with a run's policy in place of each field's own when given.
-- The kind of a list says what is in it, as its field in Twenty has it: text list, email list, phone list.
-- Deletion always has a rule, because nothing may be written to a deleted record; its direction is 'none' when its row is disabled or missing.
create or replace function lead_sync.rules(p_object text, p_policy text default null) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('field', m.lead_field, 'kind', m.kind, 'direction', m.direction, 'policy', coalesce(p_policy, m.policy))
      || case when m.base_since is not null then jsonb_build_object('base_since', m.base_since) else '{}' end
      || case when m.of_company then '{"of_company": true}'::jsonb else '{}' end
      || case when m.translations is not null then jsonb_build_object('translations', m.translations) else '{}' end
      order by m.lead_field
    ),
    '[]'
  )
  from (
    select
      f.lead_field,
      case
        when f.kind <> 'list' then f.kind
        when f.twenty_field like '%.additionalEmails' then 'email list'
        when f.twenty_field like '%.additionalPhones' then 'phone list'
        else 'text list'
      end as kind,
      f.direction, f.policy, f.base_since, f.twenty_field like 'company.%' as of_company, f.translations
    from lead_sync.field_mappings as f
    where f.object = p_object and f.lead_field <> 'deleted' and f.enabled and f.missing_since is null
    union all
    select 'deleted', 'boolean', case when f.enabled then f.direction else 'none' end, coalesce(f.policy, 'last_write_wins'), null, false, null
    from (select) as always
    left join lead_sync.field_mappings as f on f.object = p_object and f.lead_field = 'deleted'
  ) as m
$$;
