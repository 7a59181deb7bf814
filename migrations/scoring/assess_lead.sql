-- A lead as assess_leads has it.
create or replace function lead_sync.assess_lead(p_lead public.leads) returns public.leads
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_assessed record;
begin
  select * into strict v_assessed from lead_sync.assess_leads(array[p_lead]);
  p_lead.company_employees := v_assessed.company_employees;
  p_lead.company_size_band := v_assessed.company_size_band;
  p_lead.income_tier := v_assessed.income_tier;
  p_lead.segment_id := v_assessed.segment_id;
  p_lead.segment_confidence := v_assessed.segment_confidence;
  p_lead.segment_source := v_assessed.segment_source;
  p_lead.lead_score := v_assessed.lead_score;
  p_lead.score_breakdown := v_assessed.score_breakdown;
  p_lead.score_epoch := v_assessed.score_epoch;
  p_lead.rescore_at := v_assessed.rescore_at;
  return p_lead;
end
$$;
