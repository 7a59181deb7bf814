-- A role that may read what the Grafana dashboard shows, and nothing else. Run it once as the owner of the database (on Supabase: in the SQL editor),
-- then give it a password and log in with it: alter role lead_sync_grafana login password '…';
-- Row level security lets it in by policies of its own; safe to run again.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'lead_sync_grafana') then
    create role lead_sync_grafana;
  end if;
end
$$;

alter role lead_sync_grafana set statement_timeout = '15s';
alter role lead_sync_grafana set default_transaction_read_only = on;

grant usage on schema public, lead_sync to lead_sync_grafana;
grant select on public.lead_sync_history, public.lead_sync_runs, public.customer_segments to lead_sync_grafana;
grant select (
  id, first_name, last_name, company_name, sync_error_count, lead_source, lead_status, lead_score, score_breakdown, segment_id, segment_source, created_at, deleted_at
) on public.leads to lead_sync_grafana;
grant select on lead_sync.activity, lead_sync.lead_counts, lead_sync.edge_runs, lead_sync.inbound_touches, lead_sync.stated_sources to lead_sync_grafana;
grant select (edge_table, version, sent, refusal) on lead_sync.edge_rows to lead_sync_grafana;
grant select (lead_id, adapter, due_at, due_since) on lead_sync.lead_states to lead_sync_grafana;
grant select (id, lead_id, source, kind, touched_at, created_at, campaign, ad, form, medium) on public.lead_touches to lead_sync_grafana;
grant select on public.lead_assignments to lead_sync_grafana;
grant select on public.opportunities, public.opportunity_stages, public.sales_stages, public.campaign_costs, public.exchange_rates, lead_sync.deals, lead_sync.deal_scores,
  lead_sync.qualified_leads
to lead_sync_grafana;
grant select (member_id, name) on public.sales_reps to lead_sync_grafana;
grant select (rule_key, points) on public.lead_scoring_rules to lead_sync_grafana;
grant select (version, rules) on public.lead_scoring_versions to lead_sync_grafana;
grant select (version, epoch) on lead_sync.scoring_state to lead_sync_grafana;
grant select (epoch, is_sure) on lead_sync.scoring_ranges to lead_sync_grafana;
grant select (lead_id, segment_id) on lead_sync.ai_answers to lead_sync_grafana;
grant execute on function
  lead_sync.error_group(text), lead_sync.lag_percentile(jsonb, numeric), public.get_speed_to_lead(timestamptz, timestamptz),
  public.get_revenue(text, timestamptz), public.attribute_revenue(text, timestamptz, timestamptz, text, text, numeric), public.get_score_quality(timestamptz, timestamptz),
  lead_sync.costs_by(timestamptz, timestamptz, text, text), lead_sync.credit_deals(text, timestamptz, timestamptz, text, text, double precision), lead_sync.measure_funnel(),
  lead_sync.qualified_statuses(), lead_sync.nearest_rate(text, text, date), lead_sync.revenue_figures(text, jsonb), lead_sync.rule_odds(timestamptz, timestamptz),
  lead_sync.scored_deals(timestamptz, timestamptz), lead_sync.settled_version(), lead_sync.won_by_month(timestamptz)
to lead_sync_grafana;

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'public.leads', 'public.lead_sync_history', 'public.lead_sync_runs', 'public.customer_segments', 'lead_sync.activity', 'lead_sync.lead_counts',
    'lead_sync.lead_states', 'lead_sync.edge_runs', 'lead_sync.edge_rows', 'public.lead_touches', 'public.lead_assignments', 'public.opportunities',
    'public.opportunity_stages', 'public.sales_stages', 'public.campaign_costs', 'public.exchange_rates', 'public.sales_reps', 'public.lead_scoring_rules',
    'public.lead_scoring_versions', 'lead_sync.scoring_state', 'lead_sync.scoring_ranges', 'lead_sync.deal_scores', 'lead_sync.qualified_leads', 'lead_sync.ai_answers'
  ] loop
    execute format('drop policy if exists lead_sync_grafana on %s', v_table);
    execute format('create policy lead_sync_grafana on %s for select to lead_sync_grafana using (true)', v_table);
  end loop;
end
$$;
