-- Queries for dashboards and for looking around; each one works as it stands. Each begins with a comment that names it.
-- On large tables prefer get_sync_metrics() and get_dashboard(): they read rollups, these queries read the tables.

-- Real-time sync status summary
SELECT
    sync_status,
    COUNT(*) as lead_count,
    ROUND(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER (), 2) as percentage,
    MAX(last_synced_at) as last_sync_time,
    AVG(sync_error_count) as avg_errors
FROM leads
GROUP BY sync_status
ORDER BY lead_count DESC;

-- Hourly sync performance
SELECT
    DATE_TRUNC('hour', synced_at) as sync_hour,
    COUNT(*) as syncs_completed,
    COUNT(CASE WHEN sync_status = 'error' THEN 1 END) as sync_errors,
    ROUND(AVG(EXTRACT(EPOCH FROM (synced_at - created_at))), 2) as avg_sync_time_seconds
FROM lead_sync_history
WHERE synced_at > NOW() - INTERVAL '24 hours'
GROUP BY sync_hour
ORDER BY sync_hour DESC;

-- Daily lead flow by source and direction
SELECT
    DATE_TRUNC('day', created_at) as date,
    lead_source,
    sync_direction,
    COUNT(*) as lead_count,
    AVG(lead_score) as avg_score
FROM leads
WHERE created_at > NOW() - INTERVAL '7 days'
GROUP BY date, lead_source, sync_direction
ORDER BY date DESC, lead_count DESC;

-- Recent sync errors with details
SELECT
    l.id,
    l.first_name || ' ' || l.last_name as lead_name,
    l.email,
    l.sync_error_message,
    l.sync_error_count,
    l.last_synced_at,
    lsh.error_message as last_error_detail
FROM leads l
LEFT JOIN LATERAL (
    SELECT error_message
    FROM lead_sync_history
    WHERE lead_id = l.id
    AND sync_status = 'error'
    ORDER BY synced_at DESC
    LIMIT 1
) lsh ON true
WHERE l.sync_status = 'error'
ORDER BY l.sync_error_count DESC, l.last_synced_at DESC
LIMIT 20;

-- Lead distribution by segment and sync status
SELECT
    cs.segment_name,
    COUNT(l.id) as total_leads,
    COUNT(CASE WHEN l.sync_status = 'synced' THEN 1 END) as synced_leads,
    COUNT(CASE WHEN l.twenty_id IS NOT NULL THEN 1 END) as in_twenty,
    AVG(l.lead_score) as avg_lead_score,
    AVG(l.segment_confidence) as avg_confidence
FROM leads l
LEFT JOIN customer_segments cs ON l.segment_id = cs.id
GROUP BY cs.segment_name
ORDER BY total_leads DESC;

-- Alert: failure rate over 10 % in the last hour
SELECT
    CASE
        WHEN (COUNT(CASE WHEN sync_status = 'error' THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0)) > 10
        THEN true
        ELSE false
    END as alert_critical_failure_rate
FROM lead_sync_history
WHERE synced_at > NOW() - INTERVAL '1 hour';

-- Alert: nothing was synced for 30 minutes
SELECT
    COALESCE(MAX(synced_at) < NOW() - INTERVAL '30 minutes', true) as alert_sync_stalled
FROM lead_sync_history
WHERE sync_status = 'synced'
AND sync_type <> 'intake';

-- Alert: leads with more than 5 errors
SELECT
    id,
    first_name || ' ' || last_name as lead_name,
    sync_error_count
FROM leads
WHERE sync_error_count > 5
ORDER BY sync_error_count DESC;

-- Find stuck leads
SELECT * FROM leads
WHERE sync_status = 'syncing'
AND updated_at < NOW() - INTERVAL '10 minutes';

-- Check webhook processing
SELECT
    DATE_TRUNC('minute', synced_at) as minute,
    COUNT(*) as webhook_count
FROM lead_sync_history
WHERE sync_type = 'webhook_update'
AND synced_at > NOW() - INTERVAL '1 hour'
GROUP BY minute
ORDER BY minute DESC;

-- What the alerts say right now
SELECT * FROM check_sync_alerts();

-- Leads that have been pending for over an hour
SELECT stale_count, oldest_pending FROM check_stale_leads();

-- What the push will look at next
SELECT * FROM lead_sync_queue;

-- Failures of the last 7 days by category
SELECT * FROM sync_error_analysis;

-- Leads by sync status
SELECT sync_status, count FROM sync_monitoring;

-- Leads by day
SELECT date, total_leads, synced_to_twenty FROM lead_analytics;

-- Health in one row
SELECT total_leads, synced_leads, pending_leads, error_leads, recently_synced, sync_success_rate, median_sync_time_seconds,
       leads_with_errors, total_errors, last_error_time, overall_health FROM lead_sync_health_dashboard;

-- The newest entries of history
SELECT id, synced_at, sync_type, sync_direction, sync_status, fields_changed, lead_name, email, company_name, segment_name FROM real_time_sync_activity;

-- Bring the daily summary up to date
SELECT refresh_daily_summary();

-- Syncs by day, archived days included
SELECT sync_date, sync_direction, sync_status, sync_count, unique_leads FROM lead_sync_daily_summary;

-- Queue 1,000 leads for a fresh compare
SELECT mark_leads_for_sync('bidirectional', 1000);
