import { Canvas } from './canvas';
import { manually, schedule, supabase } from './steps';
import { addTelling } from './telling';

const OVERVIEW = `## Keep the database of the lead sync tidy and checked

At 03:00 it archives history older than 30 days, renews the daily summary, releases claims left behind and, once a week, clears resolved errors. Every hour it looks for states that should not be, and whether the monitor still runs.

### How it works
1. **Run maintenance** works in calls of a few seconds until nothing is left to do. Writers are never blocked for long.
2. **Check integrity and monitor** compares counts, and looks for an old backlog, orphans, duplicates, claims left behind and impossible states. It repairs what it can without touching a lead's data. Then it checks the alerts, and tells them while *Lead sync monitor* is silent or absent. Its output *Result* is the run's report.
3. Alerts go to Telegram; what the integrity check found, too, once a day. Only what Telegram took is confirmed.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase. Choose the Supabase credential where it is missing.
2. Alerts (optional): in **Check integrity and monitor**, enter your Telegram chat ID; in **Send Telegram message**, choose a credential and enable the node.
3. Publish the workflow.

03:00 is meant in the *Timezone* of the workflow settings.

How long history is kept stands in \`lead_sync.settings\`.`;

/** Keeps the database tidy at night, and checks it every hour. */
export function maintenance(): Canvas {
  const canvas = new Canvas('leadSyncMaintenance', 'Lead sync maintenance');
  canvas.overview(640, OVERVIEW);
  canvas.section(
    'Maintenance note',
    [0, 0, 416, 512],
    '### 1. Maintenance, every night\nOne node, many short calls, until nothing is left to do.',
  );
  canvas.section(
    'Integrity note',
    [448, 0, 304, 512],
    '### 2. Integrity, every hour\nRepairs what is safe; the rest stands in the report.',
  );
  canvas.addTriggers(
    'Run maintenance',
    schedule('Every night at three', [64, 80], { field: 'days', triggerAtHour: 3 }),
    manually([64, 224]),
  );
  canvas.addTriggers(
    'Check integrity and monitor',
    schedule('Every hour', [64, 368], { field: 'hours', hoursInterval: 1, triggerAtMinute: 41 }),
  );
  canvas.add(
    supabase({
      name: 'Run maintenance',
      at: [256, 112],
      parameters: { resource: 'monitoring', operation: 'runMaintenance' },
      retryOnFail: true,
    }),
  );
  canvas.add(
    supabase({
      name: 'Check integrity and monitor',
      at: [544, 144],
      parameters: {
        resource: 'alert',
        operation: 'tell',
        source: 'watchdog',
        integrity: 'fix',
        tellFindings: "={{ !$('Every hour').isExecuted }}",
      },
      retryOnFail: true,
      executeOnce: true,
    }),
  );
  canvas.connect('Run maintenance', 'Check integrity and monitor');
  addTelling(canvas, {
    from: 'Check integrity and monitor',
    at: [784, 0],
    channels: 'telegram',
    section: 3,
    confirms: true,
    settles: 'Confirms what Telegram took; the rest is told by a later run.',
  });
  return canvas;
}
