-- The alerts of the edge, among those of the sync: their rows are there only while it is on. Rows that are there stay as they are.
create or replace function lead_sync.add_edge_alerts() returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.alert_rules (alert, title, severity, threshold, pending_for, advice) values
    ('edge_stale', 'Edge replica is stale', 'critical', 15, '0',
      'Look at the last executions of the workflows between Supabase and D1 in n8n: are they active, and what does their error say?'),
    ('edge_backlog', 'Rows wait for the edge', 'warning', 100, '0',
      'More changes than the threshold have waited for over an hour. See whether the workflow down runs to its end, and whether D1 throttles it.'),
    ('edge_counts', 'Edge replica has other rows', 'warning', 50, '0',
      'The last check repaired what it could. If it finds as much again, somebody else writes to the replica, or D1 was restored.'),
    ('edge_refused', 'Rows that the other side refuses', 'warning', 0, '0',
      'Correct what their reasons name (lead_sync.edge_rows.refusal, lead_sync.edge_rejects); a change tries a row again.'),
    ('edge_orphans', 'E-mails without a lead', 'warning', 0, '15 minutes',
      'The leads were deleted, or the edge has made up their ids. The findings of the last check (lead_sync.edge_runs) name examples.'),
    ('edge_duplicates', 'Duplicate message ids', 'warning', 0, '0',
      'One message was written under two ids: give the sender one id a message. The findings of the last check name examples.'),
    ('edge_impossible', 'E-mails in impossible states', 'warning', 0, '0',
      'Opened before it was sent, or bounced and replied: see which provider reports these times. The findings of the last check name examples.'),
    ('edge_rebuild', 'Edge rebuild does not end', 'critical', 60, '0',
      'A table is being built anew for over an hour, or its last run failed: readers still see the old one. Look at the error of the run.')
  on conflict do nothing;
end
$$;
