import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { leadSync, manually, schedule } from './steps';

const OVERVIEW = `## Compare both sides and repair what differs

Every hour this workflow compares all people in Twenty with all leads in Supabase. It finds what no other sync can see: people deleted for good or merged in Twenty, edits stamped in the past, rows loaded past the triggers.

### How it works
1. **Reconcile both sides** is a whole comparison: it opens a run in the database and reads ids and times in pages of 5,000; the database compares each page with the leads of its range. Once a day, and by hand, it reads them all; in the hours between, where there are many, only of those who changed or whose range differs by number or times.
2. What differs is read again and goes through the same door as any sync, so that the usual rules decide. A person counts as gone only when a second read, a minute later, confirms it.
3. When many leads have lost their person at once, nothing is repaired and the run fails: the key of another workspace looks like that.
4. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your two credentials in **Reconcile both sides**.
3. Publish the workflow, then run it once by hand.
4. ${ALERTS_SETUP}

Turn on *Report Only* to count and list what differs without touching it.`;

/** Compares both sides and repairs what differs. */
export function reconcile(): Canvas {
  const canvas = new Canvas('leadSyncReconcile', 'Lead sync reconcile');
  canvas.overview(672, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 528, 480],
    '### 1. Compare and repair\nBy schedule or by hand. All settings are in **Reconcile both sides**. What is repaired and what is only reported is a setting in the database, too.',
  );
  canvas.addTriggers(
    'Reconcile both sides',
    schedule('Every hour', [64, 160], { field: 'hours', hoursInterval: 1, triggerAtMinute: 7 }),
    manually([64, 320]),
  );
  canvas.add(
    leadSync({
      name: 'Reconcile both sides',
      at: [320, 240],
      parameters: {
        operation: 'reconcile',
        pageSize: 5000,
        reportOnly: false,
        maxDuration: 4,
        output: 'summary',
        options: {},
      },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Reconcile both sides'],
    left: 560,
    section: 2,
    nextStep: operations.reconcile.afterFailure,
  });
  return canvas;
}
