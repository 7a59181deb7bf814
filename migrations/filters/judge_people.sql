-- Marks the snapshots of people whom the filter leaves outside: {…, outside: judged_by of people_outside}. Of what they hold nothing is taken, see outside_rules, and no lead
-- is made of them. p_items: [{index, snapshot}]; p_begun: when their read began, or its run, which has the mapping from its start.
create or replace function lead_sync.judge_people(p_items jsonb, p_begun timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_filter lead_sync.lead_filters;
  v_people public.leads[];
  v_outside uuid[];
  v_judged_by timestamptz;
begin
  select * into v_filter from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null;
  if not found then
    return p_items;
  end if;
  v_judged_by := least(lead_sync.people_outside_since(), p_begun);
  v_people := array(
    select lead_sync.person_as_lead(i -> 'snapshot') from jsonb_array_elements(p_items) as i where not coalesce((i -> 'snapshot' ->> 'absent')::boolean, false)
  );
  v_outside := array(
    select w.lead_id from lead_sync.weigh_leads(v_people, lead_sync.filter_set('to_supabase')) as w where w.total < jsonb_array_length(v_filter.conditions)
  );
  return (
    select coalesce(jsonb_agg(case
      when (i #>> '{snapshot,twenty_id}')::uuid = any (v_outside) then jsonb_set(i, '{snapshot,outside}', to_jsonb(v_judged_by))
      else i
    end order by i -> 'index'), '[]')
    from jsonb_array_elements(p_items) as i
  );
end
$$;
