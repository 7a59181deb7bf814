-- A lead with bands, tiers, segment and score as tables, criteria and rules have them now. A deleted lead keeps its segment and score.
-- Bands and tiers are worked out again only when the lead's epoch is older than the tables.
create or replace function lead_sync.assess_lead(p_lead public.leads) returns public.leads
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_state lead_sync.scoring_state;
  v_segment record;
  v_weight record;
begin
  select * into strict v_state from lead_sync.scoring_state;
  if p_lead.score_epoch < v_state.enriched_epoch then
    p_lead.company_employees := lead_sync.employees(p_lead.company_size);
    p_lead.company_size_band := lead_sync.size_band(p_lead.company_size);
    p_lead.income_tier := lead_sync.income_tier(p_lead.country, p_lead.region, p_lead.postal_code);
  end if;
  p_lead.score_epoch := v_state.epoch;
  if p_lead.deleted_at is not null then
    return p_lead;
  end if;
  if p_lead.segment_source is distinct from 'human' and (
    p_lead.segment_source is not null or exists (select from lead_sync.conditions as c where c.set_no = 0)
  ) then
    select * into v_segment from lead_sync.classify_leads(array[p_lead]);
    p_lead.segment_id := v_segment.segment_id;
    p_lead.segment_confidence := v_segment.confidence;
    p_lead.segment_source := v_segment.source;
  end if;
  if v_state.version > 0 then
    select * into v_weight from lead_sync.weigh_leads(array[p_lead], v_state.version);
    -- whole numbers: fractions would send decaying scores to Twenty every day
    p_lead.lead_score := least(100, greatest(0, round(v_weight.total)));
    p_lead.score_breakdown := jsonb_build_object(
      'raw', v_weight.total, 'score', p_lead.lead_score, 'version', v_state.version, 'scored_at', clock_timestamp(), 'rules', v_weight.points,
      'groups', v_weight.groups
    );
    p_lead.rescore_at := v_weight.next_at;
  end if;
  return p_lead;
end
$$;
