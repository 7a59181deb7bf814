-- News of leads as people are told them: [{level, lead_id, name, company, phone, email, source, score, segment, rep, arrived_at}]. Texts of leads are as they are: escape them.
create or replace function lead_sync.describe_news(p_ids bigint[]) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'level', n.level, 'lead_id', l.id,
      'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email)),
      'company', lead_sync.clean(l.company_name), 'phone', lead_sync.clean(l.phone), 'email', lead_sync.clean(l.email), 'source', a.source,
      'score', trim_scale(l.lead_score), 'segment', s.segment_name, 'rep', r.name, 'arrived_at', a.arrived_at
    ) order by n.id), '[]')
    from lead_sync.lead_news as n
    join public.lead_assignments as a on a.lead_id = n.lead_id
    join public.leads as l on l.id = n.lead_id
    left join public.sales_reps as r on r.member_id = a.member_id
    left join public.customer_segments as s on s.id = l.segment_id
    where n.id = any (p_ids)
  );
end
$$;
