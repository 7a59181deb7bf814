import { replica } from '../../../nodes/CloudflareD1/actions/replica';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { cloudflareD1, edgeWebhook, manually, RUN_PARAMETERS, schedule, TABLE_ASKED_FOR } from './steps';

const OVERVIEW = `## Bring e-mails and their events back from the edge

Every 5 minutes this workflow brings the e-mails that Workers have written into Cloudflare D1, and what became of them, into Supabase.

### How it works
1. **Sync up from D1** is a whole sync: it opens a run in the database, reads what changed in D1 page after page, has the database store each page, takes it off D1's list only then, and closes the run.
2. Order and repetition do not matter: the earliest time of an event stays, nothing empty erases a value, and an event may come before its e-mail.
3. What cannot be stored is kept in \`lead_sync.edge_rejects\` with its reason; all others land.
4. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Set up *Supabase to D1 sync*, and run \`select enable_outreach()\` and \`select enable_edge()\` in Supabase, which make the tables where you have none.
2. Choose your two credentials in **Sync up from D1**.
3. Publish the workflow, then run it once by hand.
4. The Worker's calls (optional): choose the *Header Auth* credential of *Supabase to D1 sync* in **When the Worker calls**, enable the node, publish, and give the Worker its production URL as \`N8N_UP_WEBHOOK\`.
5. ${ALERTS_SETUP}`;

const HEIGHT = 592;

/** Brings what changed in D1 into Supabase. */
export function edgeUp(): Canvas {
  const canvas = new Canvas('leadSyncD1ToSupabase', 'D1 to Supabase sync');
  canvas.overview(704, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 528, HEIGHT],
    '### 1. Sync up\nBy schedule, by hand, or by the Worker. All settings are in **Sync up from D1**.',
  );
  canvas.addTriggers(
    'Sync up from D1',
    edgeWebhook('When the Worker calls', [64, 128], 'lead-sync-edge-up'),
    schedule('Every 5 minutes', [64, 288], { field: 'minutes', minutesInterval: 5 }),
    manually([64, 448]),
  );
  canvas.add(
    cloudflareD1({
      name: 'Sync up from D1',
      at: [320, 288],
      parameters: { ...RUN_PARAMETERS, operation: 'syncUp', table: TABLE_ASKED_FOR },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Sync up from D1'],
    left: 560,
    height: HEIGHT,
    section: 2,
    nextStep: replica.operations.syncUp.afterFailure,
  });
  return canvas;
}
