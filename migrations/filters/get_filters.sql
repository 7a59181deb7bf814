-- The filters, and what they leave outside. Returns {filters: [{direction, conditions, changed_at, outside, attributes}], operators}; outside: leads that stay here, people
-- who stay in Twenty, as far as they were judged; attributes, operators: what conditions may name, besides attributes.<key>.
create or replace function public.get_filters() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('filters', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'direction', f.direction, 'conditions', f.conditions, 'changed_at', f.changed_at, 'attributes', lead_sync.filter_attributes(f.direction),
      'outside', case f.direction
        when 'to_twenty' then (select coalesce(sum(c.leads), 0) from lead_sync.lead_counts as c where c.facet = 'status' and c.key = 'outside')
        else (select count(*) from lead_sync.people_outside)
      end
    ) order by f.direction desc), '[]')
    from lead_sync.lead_filters as f
  ), 'operators', array_remove(lead_sync.scoring_operators(), 'within_days'))
$$;
