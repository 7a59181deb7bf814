-- since: the version of the schema that brought the row. It comes once, so that what people change or take out stays that way.
insert into lead_sync.alert_rules (alert, title, enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, advice)
select
  v.alert, v.title, v.enabled, v.severity, v.threshold, v.minimum, v.directions, v.pending_for::interval, v.clear_for::interval,
  coalesce(v.reminders, array['1 hour', '4 hours', '24 hours'])::interval[], v.escalate_after::interval, v.advice
from (values
  ('failure_rate', 'Many failures', true, 'critical', 10, 20, null::text[], '5 minutes', '10 minutes', null::text[], null, 1,
    'Look at the errors by category: auth is the Twenty key, rate_limit other users of the key, validation the field mapping, network and server Twenty itself.'),
  ('sync_stalled', 'Sync stalled', true, 'critical', 30, 0, array['twenty_to_supabase', 'supabase_to_twenty'], '0', '0', null, null, 1,
    'Look at the last executions of the sync workflow in n8n: is it active, and what does its error say?'),
  ('lead_errors', 'Leads that keep failing', true, 'warning', 5, 0, null, '0', '0', null, '24 hours', 1,
    'Correct the values that their errors name; each edit tries the lead again.'),
  ('pending_long', 'Leads wait too long', true, 'warning', 60, 0, null, '0', '0', null, '4 hours', 1,
    'See whether the push workflow runs, and whether Twenty limits its calls.'),
  ('syncing_stuck', 'Stuck pushes', true, 'warning', 10, 0, null, '5 minutes', '0', null, '4 hours', 1,
    'A push died while it held them. The next push takes them over; if they stay, run the maintenance workflow.'),
  ('dead_letters', 'Dead letters', true, 'warning', 0, 0, null, '0', '0', null, '24 hours', 1,
    'Correct what their errors name, then replay them (Dead Letter: Replay, or the dashboard).'),
  ('backlog_growing', 'Backlog is growing', true, 'warning', 100, 0, null, '15 minutes', '10 minutes', null, '4 hours', 1,
    'More leads become due than go out: see whether pushes fail or wait for Twenty''s limit.'),
  ('conflict_surge', 'Many conflicts', true, 'warning', 20, 0, null, '5 minutes', '10 minutes', null, null, 1,
    'Look at the open conflicts: one field in most of them means that two systems write it. Give it a policy or a direction.'),
  ('drift', 'Drift', true, 'warning', 20, 0, null, '0', '0', null, '24 hours', 1,
    'Open the findings of the last reconciliation run (lead_sync_runs.findings): they name examples of each kind.'),
  ('monitor_silent', 'Monitor went silent', true, 'critical', 15, 0, null, '0', '0', null, null, 1,
    'See whether the monitor workflow is active in n8n, and what its last execution says. Problems of that time were not told.'),
  -- e-mails that are handed on hold a lead for minutes, people for days
  ('held_leads', 'Leads held back', true, 'warning', 0, 0, null, '1 hour', '0', array['24 hours', '7 days'], null, 2,
    'Merge the leads or the people that share an e-mail, restore the deleted person, or change the e-mail: the lead then goes out by itself. Dead Letter: Get Many lists them as held.'),
  ('approvals', 'A yes is asked for', true, 'warning', 0, 0, null, '0', '0', array['1 hour', '24 hours'], null, 2,
    'Look at what would be deleted or changed, and say yes or no: the page Approvals of the dashboard, or Approval: Get Many and Decide.'),
  -- off: a lead that has all but a phone nobody can call is no trouble for everyone
  ('left_out_fields', 'Leads with fields left out', false, 'warning', 0, 0, null, '0', '0', array['7 days'], null, 2,
    'Correct the values that their reasons name (leads.left_out, or the dashboard): each edit is sent at once.'),
  ('refused_rows', 'Rows of your own tables refused', true, 'warning', 0, 0, null, '0', '0', array['24 hours', '7 days'], null, 2,
    'Correct them in their table: each change tries the row again. lead_sync.source_rows has the reasons.'),
  ('failing_hints', 'Leads of sources that do not arrive', true, 'warning', 0, 0, null, '0', '0', array['24 hours', '7 days'], null, 2,
    'Do what their errors name: each is tried again by itself, up to 6 hours later. Delete those that the source no longer has: lead_sync.intake_inbox has the reasons.')
) as v (alert, title, enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, since, advice)
where v.since > lead_sync.schema_version()
on conflict do nothing;
