import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { leadSync, manually, schedule } from './steps';

const OVERVIEW = `## Look at every part of the lead sync

Every morning this workflow looks at all parts and says of each how it is and what to do. The monitor watches what the sync does; this one looks at what it stands on.

### How it works
1. **Check all parts** looks at the key of Supabase, the schema, rights and row level security, the room in the database, its history and your own tables; at Twenty's clock, the rights of its key, fields and webhooks; at health, rate limit and last runs. No lead is read or changed.
2. Each part leaves as one item: *area*, *check*, *status* (ok, warning or error), *detail*, *next_step*. The dashboard shows the last result.
3. **Where a part has an error**, the execution ends as failed, and an alert tells it.

What is published, wired and set in n8n, a node does not see: \`npx n8n-nodes-lead-sync doctor\` does.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your two credentials in **Check all parts**.
3. Run it once by hand, then publish the workflow.
4. ${ALERTS_SETUP}`;

/** Looks at all parts every morning. */
export function doctor(): Canvas {
  const canvas = new Canvas('leadSyncDoctor', 'Lead sync doctor');
  canvas.overview(576, OVERVIEW);
  canvas.section(
    'Check note',
    [0, 0, 528, 480],
    '### 1. Check\nRun it by hand and open **Check all parts**: one item for each part, with what to do.',
  );
  canvas.addTriggers(
    'Check all parts',
    schedule('Every morning at seven', [64, 160], { field: 'days', triggerAtHour: 7 }),
    manually([64, 320]),
  );
  canvas.add(
    leadSync({
      name: 'Check all parts',
      at: [320, 240],
      parameters: { operation: 'check', failOnErrors: true, options: {} },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Check all parts'],
    left: 560,
    section: 2,
    nextStep: operations.check.afterFailure,
  });
  return canvas;
}
