import { replica } from '../../../nodes/CloudflareD1/actions/replica';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { cloudflareD1, manually, RUN_PARAMETERS, schedule } from './steps';

const OVERVIEW = `## Check that Supabase and D1 hold the same

Every hour this workflow compares a part of all rows in Supabase and Cloudflare D1, another one each time; every night at 03:00 it compares all.

### How it works
1. **Check both sides** has both databases add up ranges of rows, and reads single rows only where the sums differ: first what goes down, then what comes up. Rows that D1 reads are billed, so that the hourly check takes one part in 128.
2. What is missing, different or too much is noted, and the next *Supabase to D1 sync* or *D1 to Supabase sync* repairs it.
3. When D1 was restored to an earlier time, the check notices, and compares all.
4. E-mails without a lead, duplicate message ids and impossible states are counted. *Lead sync monitor* tells them, and stale or differing sides.
5. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Set up *Supabase to D1 sync*.
2. Choose your two credentials in **Check both sides**.
3. Publish the workflow.
4. ${ALERTS_SETUP}

03:00 is meant in the *Timezone* of the workflow settings. Turn on *Report Only* to count what differs without repairing it.`;

/** Compares both sides, and queues what differs. */
export function edgeCheck(): Canvas {
  const canvas = new Canvas('leadSyncD1Check', 'D1 consistency check');
  canvas.overview(736, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 528, 592],
    '### 1. Check\nA part every hour and by hand, everything at night. All settings are in **Check both sides**.',
  );
  canvas.addTriggers(
    'Check both sides',
    schedule('Every night at three', [64, 128], { field: 'days', triggerAtHour: 3 }),
    schedule('Every hour', [64, 288], { field: 'hours', hoursInterval: 1, triggerAtMinute: 23 }),
    manually([64, 448]),
  );
  canvas.add(
    cloudflareD1({
      name: 'Check both sides',
      at: [320, 288],
      parameters: {
        ...RUN_PARAMETERS,
        operation: 'check',
        full: "={{ $('Every night at three').isExecuted }}",
        reportOnly: false,
      },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Check both sides'],
    left: 560,
    height: 592,
    section: 2,
    nextStep: replica.operations.check.afterFailure,
  });
  return canvas;
}
