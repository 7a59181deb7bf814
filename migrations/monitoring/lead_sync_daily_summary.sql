create materialized view if not exists public.lead_sync_daily_summary as
select d.sync_date, d.sync_direction, d.sync_status, d.sync_count, d.unique_leads from lead_sync.daily_activity as d;
create unique index if not exists lead_sync_daily_summary_key on public.lead_sync_daily_summary (sync_date, sync_direction, sync_status);
comment on materialized view public.lead_sync_daily_summary is 'History per day (UTC), archived days included; refresh_daily_summary() brings it up to date';
