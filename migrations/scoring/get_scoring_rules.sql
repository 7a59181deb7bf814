-- The rules: the draft, the groups, and what was published.
-- Returns {version, published_at, draft: [rule], groups: [group], in_force: {rules, groups} of the version in force or null, versions: [{version, published_at, note, rules}], draft_differs,
--   attributes, operators: what a rule can look at, and how}.
create or replace function public.get_scoring_rules() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'version', s.version,
    'published_at', (select v.published_at from public.lead_scoring_versions as v where v.version = s.version),
    'draft', (select coalesce(jsonb_agg(to_jsonb(r) order by r.rule_group, r.points desc, r.rule_key), '[]') from public.lead_scoring_rules as r),
    'groups', (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g),
    'in_force', (select jsonb_build_object('rules', v.rules, 'groups', v.groups) from public.lead_scoring_versions as v where v.version = s.version),
    'attributes', to_jsonb(lead_sync.scoring_attributes()),
    'operators', to_jsonb(lead_sync.scoring_operators()),
    'versions', (
      select coalesce(jsonb_agg(
        jsonb_build_object('version', v.version, 'published_at', v.published_at, 'note', v.note, 'rules', jsonb_array_length(v.rules)) order by v.version desc
      ), '[]')
      from public.lead_scoring_versions as v
    ),
    'draft_differs', exists (
      select from (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = -1) as d
      full join (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = s.version and s.version > 0) as f
        on f.condition = d.condition
      where d.condition is null or f.condition is null
    )
  )
  from lead_sync.scoring_state as s
$$;
