-- The draft as a version keeps it: {rules, groups}.
create or replace function lead_sync.scoring_draft() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'rules', (select coalesce(jsonb_agg(to_jsonb(r) - 'updated_at' order by r.rule_key), '[]') from public.lead_scoring_rules as r),
    'groups', (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g)
  )
$$;
