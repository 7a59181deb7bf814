import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { leadSync, manually, schedule, secretWebhook } from './steps';

const OVERVIEW = `## Send changed leads to Twenty

Every 5 minutes this workflow sends new and changed rows of the \`leads\` table to Twenty CRM, with instant push within seconds.

### How it works
1. **Push to Twenty** is a whole sync: it opens a run in the database, then, for up to 600 leads at a time, claims what is due, reads those people from Twenty, lets the database merge and plan, writes creates, updates and deletions, and reports what came of each.
2. A lead that Twenty refuses is marked with its reason and tried again later; all others are sent.
3. A change that comes in while a run is at work is sent by it, or by a second run right after it.
4. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your two credentials in **Push to Twenty**.
3. Run the workflow *Set up lead sync* once: it creates the custom fields in Twenty.
4. Publish the workflow, then run it once by hand.
5. Changes at once (optional): run \`select enable_instant_push('…')\` in Supabase with the production URL of **When leads are due**, make a *Header Auth* credential with the name \`X-Lead-Sync-Secret\` and the secret it returns, choose it in that node, enable the node and publish. Deals, and whatever else you sync, are sent at once, too.
6. ${ALERTS_SETUP}`;

const HEIGHT = 592;

/** The object that a call of the database names, by its webhook or by NOTIFY; leads where it names none. */
const OBJECT_CALLED_FOR = "={{ $json.body?.object ?? $json.payload ?? '' }}";

/** Sends what changed in Supabase to Twenty. */
export function push(): Canvas {
  const canvas = new Canvas('leadSyncSupabaseToTwenty', 'Supabase to Twenty lead sync');
  canvas.overview(736, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 688, HEIGHT],
    '### 1. Push\nBy schedule, by hand, or by the database, where a change has just been made. All settings are in **Push to Twenty**; *Strict* never overwrites what somebody does in Twenty meanwhile.',
  );
  canvas.addTriggers(
    'Let changes gather',
    secretWebhook({
      name: 'When leads are due',
      at: [64, 144],
      path: 'lead-sync-push',
      credential: 'Instant push (lead sync)',
      webhookId: 'b0481dd9-7404-59fe-a397-98e06a0d1824',
    }),
  );
  canvas.addTriggers(
    'Push to Twenty',
    schedule('Every 5 minutes', [64, 304], { field: 'minutes', minutesInterval: 5 }),
    manually([64, 448]),
  );
  // longer than the 250 ms in which the database calls once at most, so that changes which made no call are sent, too
  canvas.add({
    name: 'Let changes gather',
    type: 'n8n-nodes-base.wait',
    typeVersion: 1.1,
    at: [272, 144],
    parameters: { amount: 0.6, unit: 'seconds' },
  });
  canvas.add(
    leadSync({
      name: 'Push to Twenty',
      at: [480, 304],
      parameters: {
        operation: 'push',
        object: { __rl: true, mode: 'name', value: OBJECT_CALLED_FOR },
        batchSize: 600,
        strict: false,
        policy: '',
        maxDuration: 4,
        output: 'summary',
        options: {},
      },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Let changes gather', 'Push to Twenty');
  addFailure(canvas, {
    from: ['Push to Twenty'],
    left: 720,
    height: HEIGHT,
    section: 2,
    nextStep: operations.push.afterFailure,
  });
  return canvas;
}
