-- Removes everything that the migrations made, data included. Leads are gone after this: export public.leads first.

set local lock_timeout = '10s';
set local statement_timeout = '5min';

drop schema if exists lead_sync cascade;
drop function if exists public.upsert_leads(jsonb, text, timestamptz, jsonb, jsonb, uuid, jsonb);
drop function if exists public.get_leads_for_sync(integer, jsonb, integer);
drop function if exists public.mark_leads_for_sync(text, integer);
drop function if exists public.update_sync_status(uuid, jsonb, jsonb);
drop function if exists public.start_sync_run(text, text, text, jsonb);
drop function if exists public.finish_sync_run(jsonb, text, text);
drop function if exists public.get_dead_letters(text, integer, uuid);
drop function if exists public.replay_dead_letters(uuid[], text, integer);
drop function if exists public.get_conflicts(text, uuid, integer, bigint);
drop function if exists public.resolve_conflict(bigint, text);
drop function if exists public.compare_lead_ids(jsonb, jsonb, jsonb, timestamptz);
drop function if exists public.get_leads_to_repair(jsonb, text, uuid, integer);
drop function if exists public.add_to_inbox(jsonb);
drop function if exists public.claim_inbox(integer, jsonb);
drop function if exists public.enable_instant_push(text, text);
drop function if exists public.disable_instant_push();
drop function if exists public.update_sync_alerts(timestamptz, text);
drop function if exists public.confirm_alert_notifications(bigint[]);
drop function if exists public.get_dashboard(integer, timestamptz);
drop function if exists public.check_sync_integrity(boolean, integer, timestamptz);
drop function if exists public.get_sync_metrics(timestamptz);
drop function if exists public.check_sync_alerts();
drop function if exists public.check_stale_leads();
drop function if exists public.refresh_daily_summary();
drop function if exists public.run_sync_maintenance(numeric, timestamptz, boolean);
drop view if exists public.lead_sync_health_dashboard, public.real_time_sync_activity, public.lead_sync_queue, public.sync_error_analysis,
  public.sync_monitoring, public.lead_analytics;
drop materialized view if exists public.lead_sync_daily_summary;
drop function if exists public.load_geo_income_tiers(text, boolean);
drop function if exists public.publish_scoring_rules(text);
drop function if exists public.roll_back_scoring_rules(integer, boolean);
drop function if exists public.get_scoring_rules();
drop function if exists public.calculate_lead_scores(uuid[], text, integer, uuid);
drop function if exists public.classify_lead_segments(uuid[], text, integer, uuid);
drop function if exists public.preview_scoring_rules(integer, integer);
drop function if exists public.get_scoring_report(integer);
drop function if exists public.get_leads_to_classify(integer, numeric, uuid);
drop function if exists public.apply_ai_segments(jsonb);
drop function if exists public.get_follow_ups(integer);
drop function if exists public.confirm_follow_ups(jsonb);
-- squawk-ignore ban-drop-table
drop table if exists public.lead_scoring_rules, public.lead_scoring_groups, public.lead_scoring_versions, public.follow_up_rules cascade;
-- squawk-ignore ban-drop-table
drop table if exists public.country_names, public.phone_prefixes, public.free_email_domains, public.shared_hosts, public.company_size_bands, public.geo_income_tiers cascade;
-- squawk-ignore ban-drop-table
drop table if exists public.lead_sync_conflicts, public.lead_sync_history, public.lead_sync_runs, public.leads, public.customer_segments cascade;

notify pgrst, 'reload schema';
