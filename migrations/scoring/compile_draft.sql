-- Compiles the draft: the enabled rules with their groups' limits.
create or replace function lead_sync.compile_draft() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions')); -- the list that is read next is the last one
  perform lead_sync.compile_conditions(-1, coalesce((
    select jsonb_agg(jsonb_build_object(
      'condition_key', r.rule_key, 'group_key', r.rule_group, 'lowest', g.lowest, 'highest', g.highest, 'attribute', r.attribute, 'operator', r.operator,
      'value', r.value, 'points', r.points, 'decay_days', r.decay_days
    ))
    from public.lead_scoring_rules as r
    left join public.lead_scoring_groups as g on g.rule_group = r.rule_group
    where r.enabled
  ), '[]'));
  return null;
end
$$;
