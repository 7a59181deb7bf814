import { intake } from '../../../nodes/Knowlarity/actions/intake';
import { Canvas, stableId } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { knowlarity, KNOWLARITY, manually, schedule } from './steps';

const OVERVIEW = `## Take calls of Knowlarity in

Each call of your SuperReceptionist account comes into the \`leads\` table of Supabase once: the caller's phone, and a touch with agent, duration and whether it was missed. From there the other workflows bring it to Twenty.

### How it works
1. **Every 30 seconds**, **Poll calls** reads the call log since the last time, an hour of overlap included: a call in progress gets its end when it is over. After downtime of any length, one poll finds all.
2. **When a call is pushed** makes it faster: the push says only that there is something to read, and **Read last minutes** reads it. What a push claims is not believed.
3. A call that the database refuses comes again after a pause, and leaves the others alone.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Make a *Lead Sync Knowlarity API* credential and choose it, and your Supabase credential, in all nodes.
3. Publish the workflow: the calls of the last 7 days come in.
4. Pushes (optional): put a secret into the credential, enable **When a call is pushed**, and enter its production URL in the Hook API of Knowlarity with the secret behind it: \`?secret=…\`
5. Tasks for missed calls (optional): enable the rule \`missed_call\` in \`follow_up_rules\` and publish *Lead follow-ups*.
6. ${ALERTS_SETUP}`;

const HEIGHT = 608;
const POLL = { resource: 'intake', operation: 'poll', filters: {}, maxDuration: 1, options: {} };

/** Reads the call log, on time and when a push says that there is something to read. */
export function knowlarityIntake(): Canvas {
  const canvas = new Canvas('leadSyncKnowlarityIntake', 'Knowlarity call intake');
  canvas.overview(656, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 560, HEIGHT],
    '### 1. Read the call log\nThe poll is the truth. A push makes it faster, and is off until you enable it.',
  );
  canvas.addTriggers('Read last minutes', {
    name: 'When a call is pushed',
    type: 'n8n-nodes-lead-sync.knowlarityTrigger',
    typeVersion: 1,
    at: [64, 128],
    parameters: { numbers: '', options: {} },
    credentials: KNOWLARITY,
    webhookId: stableId('knowlarity-call-intake'),
    disabled: true,
  });
  canvas.addTriggers(
    'Poll calls',
    schedule('Every 30 seconds', [64, 320], { field: 'seconds', secondsInterval: 30 }),
    manually([64, 464]),
  );
  canvas.add(
    knowlarity({
      name: 'Read last minutes',
      at: [336, 128],
      parameters: { ...POLL, read: 'last', minutes: 15 },
      executeOnce: true,
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    knowlarity({
      name: 'Poll calls',
      at: [336, 384],
      parameters: { ...POLL, read: 'all' },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Read last minutes', 'Poll calls'],
    left: 592,
    height: HEIGHT,
    section: 2,
    nextStep: intake.operations.poll.afterFailure,
  });
  return canvas;
}
