-- Bands, tiers, segments and scores of leads as tables, criteria and rules have them now: one row a lead. A deleted lead keeps its segment and score.
-- Bands and tiers are worked out again only where the lead's epoch is older than the tables.
create or replace function lead_sync.assess_leads(p_leads public.leads[])
returns table (
  lead_id uuid, company_employees integer, company_size_band text, income_tier text, segment_id uuid, segment_confidence numeric, segment_source text,
  lead_score numeric, score_breakdown jsonb, score_epoch integer, rescore_at timestamptz
)
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_state lead_sync.scoring_state;
  v_has_criteria boolean := exists (select from lead_sync.conditions as c where c.set_no = 0);
  v_is_classified boolean;
  v_lead public.leads;
  v_leads public.leads[] := '{}';
  v_segmented public.leads[] := '{}';
  v_segment record;
  v_is_outdated boolean; -- some have bands or tiers of an older epoch
begin
  v_state := lead_sync.scoring_state_in_use();
  select
    coalesce(bool_or(l.score_epoch < v_state.enriched_epoch and coalesce(l.company_size, l.country, l.company_employees::text, l.company_size_band, l.income_tier) is not null), false),
    v_has_criteria or coalesce(bool_or(l.segment_source is not null), false)
  into v_is_outdated, v_is_classified
  from unnest(p_leads) as l;
  if not v_is_outdated then
    v_leads := p_leads;
  end if;
  foreach v_lead in array case when v_is_outdated then p_leads else '{}' end loop
    if v_lead.score_epoch < v_state.enriched_epoch then
      v_lead.company_employees := case when v_lead.company_size is not null then lead_sync.employees(v_lead.company_size) end;
      v_lead.company_size_band := case when v_lead.company_size is not null then lead_sync.size_band(v_lead.company_size) end;
      v_lead.income_tier := case when v_lead.country is not null then lead_sync.income_tier(v_lead.country, v_lead.region, v_lead.postal_code) end;
    end if;
    v_leads := v_leads || v_lead;
  end loop;

  if v_is_classified then
    for v_segment in
      select l as lead, c.*
      from unnest(v_leads) as l
      left join lead_sync.classify_leads(v_leads) as c
        on c.lead_id = l.id and l.deleted_at is null and (v_has_criteria or l.segment_source <> 'human')
    loop
      v_lead := v_segment.lead;
      if v_segment.lead_id is not null then
        v_lead.segment_id := v_segment.segment_id;
        v_lead.segment_confidence := v_segment.confidence;
        v_lead.segment_source := v_segment.source;
      end if;
      v_segmented := v_segmented || v_lead;
    end loop;
    v_leads := v_segmented;
  end if;

  return query
  select
    l.id, l.company_employees, l.company_size_band, l.income_tier, l.segment_id, l.segment_confidence, l.segment_source,
    case when w.lead_id is null then l.lead_score else w.score end,
    case when w.lead_id is null then l.score_breakdown else w.breakdown end,
    v_state.epoch,
    case when w.lead_id is null then l.rescore_at else w.next_at end
  from unnest(v_leads) as l
  left join lead_sync.weigh_leads(case when v_state.version > 0 then v_leads else '{}' end, v_state.version) as w
    on w.lead_id = l.id and l.deleted_at is null;
end
$$;
