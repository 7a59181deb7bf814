import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { addToInbox, leadSync, manually, schedule, TWENTY } from './steps';

const OVERVIEW = `## Bring changes in Twenty to Supabase within seconds

Twenty tells this workflow that a record changed; the record is read again and merged into the \`leads\` table of Supabase. Nothing depends on it: what a webhook loses, the next *Twenty to Supabase lead sync* finds.

### How it works
1. **When Twenty changes** keeps a webhook in Twenty, checks each delivery's signature and gives on those of a moment together.
2. **Add to inbox** notes the ids: one row for each record, however many events came. A company stands for the people in it.
3. **Drain inbox** reads up to 200 waiting records at a time with one call and has them merged. If a drain is active, this execution ends, and that one looks again before it is through.
4. **Every 5 minutes** what is left in the inbox is read, e.g. to confirm that a record is gone.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your Twenty and Supabase credentials in the first, the second and the third node of the chain.
3. Twenty must reach this n8n: set \`WEBHOOK_URL\` to its public address.
4. Publish the workflow: that creates the webhook in Twenty. Unpublishing removes it.
5. ${ALERTS_SETUP}`;

const HEIGHT = 592;

/** Notes what Twenty says has changed, and drains what was noted. */
export function webhookHandler(): Canvas {
  const canvas = new Canvas('leadSyncWebhooks', 'Twenty webhook handler');
  canvas.overview(704, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 688, HEIGHT],
    '### 1. Note and drain\nThe ids go into the inbox first, so a crash loses nothing. The records leave it in the transaction that merges them. When more events came meanwhile, the drain goes on, a little later after many, so that events gather.',
  );
  canvas.addTriggers('Add to inbox', {
    name: 'When Twenty changes',
    type: 'n8n-nodes-lead-sync.twentyTrigger',
    typeVersion: 2,
    at: [64, 144],
    parameters: {
      objects: ['person', 'company'],
      events: ['*'],
      combineEvents: true,
      options: { combineWindow: 50, includeRecord: false },
    },
    credentials: TWENTY,
    webhookId: 'e4d691f5-fbbb-5b01-96ef-9f7191b3882e',
  });
  canvas.addTriggers(
    'Drain inbox',
    schedule('Every 5 minutes', [64, 304], { field: 'minutes', minutesInterval: 5 }),
    manually([64, 448]),
  );
  canvas.add(addToInbox([272, 144]));
  canvas.add(
    leadSync({
      name: 'Drain inbox',
      at: [480, 304],
      parameters: {
        operation: 'drain',
        batchSize: 200,
        policy: '',
        maxDuration: 4,
        output: 'summary',
        options: {},
      },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Add to inbox', 'Drain inbox');
  addFailure(canvas, {
    from: ['Add to inbox', 'Drain inbox'],
    left: 720,
    height: HEIGHT,
    section: 2,
    nextStep: operations.drain.afterFailure,
  });
  return canvas;
}
