import { replica } from '../../../nodes/CloudflareD1/actions/replica';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { cloudflareD1, edgeWebhook, manually, RUN_PARAMETERS, schedule, TABLE_ASKED_FOR } from './steps';

const OVERVIEW = `## Keep a replica of your leads at the edge

Every 10 minutes this workflow brings changed leads, segments, campaigns and mailboxes from Supabase into Cloudflare D1, where Workers read them within milliseconds.

### How it works
1. **Sync down to D1** is a whole sync: it opens a run in the database, sends what is due in pages of up to 2,000 rows, each one call and one transaction, and closes the run. The first run fills D1. When nothing is due, D1 is not called.
2. A row that D1 refuses is listed with its reason; all others are sent.
3. **When rows are due** is called by the Worker, which may ask to have tables rebuilt, and by the database after a change where instant pushes are on.
4. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase and the Worker's migrations to D1, then run \`select enable_edge()\` in Supabase.
2. Choose your two credentials in **Sync down to D1** and **Rebuild tables**.
3. Publish the workflow, then run it once by hand.
4. Changes at once, and the Worker's calls (optional): make a *Header Auth* credential with the name \`X-Lead-Sync-Secret\` and a secret of your own, choose it in **When rows are due**, enable the node, publish, and give its production URL and the secret to the Worker (\`N8N_DOWN_WEBHOOK\`, \`N8N_SECRET\`), and to \`enable_instant_push\` in Supabase (\`p_edge_url\`, \`p_secret\`). Where instant pushes are on already, choose their credential instead, give the Worker its secret, and leave \`p_secret\` out: all addresses have one secret.
5. ${ALERTS_SETUP}`;

const HEIGHT = 624;

/** Brings what changed in Supabase into D1. */
export function edgeDown(): Canvas {
  const canvas = new Canvas('leadSyncSupabaseToD1', 'Supabase to D1 sync');
  canvas.overview(816, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 896, HEIGHT],
    '### 1. Sync down\nBy schedule, by hand, or by a call. A rebuild fills new tables beside the old ones, which are read until both are swapped.',
  );
  canvas.addTriggers('Let changes gather', edgeWebhook('When rows are due', [64, 144], 'lead-sync-edge-down'));
  canvas.addTriggers(
    'Sync down to D1',
    schedule('Every 10 minutes', [64, 320], { field: 'minutes', minutesInterval: 10 }),
    manually([64, 480]),
  );
  // longer than the 250 ms in which the database calls once at most, so that changes which made no call are sent, too
  canvas.add({
    name: 'Let changes gather',
    type: 'n8n-nodes-base.wait',
    typeVersion: 1.1,
    at: [256, 144],
    parameters: { amount: 0.6, unit: 'seconds' },
  });
  canvas.add({
    name: 'Is a rebuild asked for?',
    type: 'n8n-nodes-base.if',
    typeVersion: 2.2,
    at: [448, 144],
    parameters: {
      conditions: {
        options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
        conditions: [
          {
            id: 'rebuild',
            leftValue: "={{ $json.body?.mode ?? '' }}",
            rightValue: 'rebuild',
            operator: { type: 'string', operation: 'equals' },
          },
        ],
        combinator: 'and',
      },
      options: {},
    },
  });
  canvas.add(
    cloudflareD1({
      name: 'Rebuild tables',
      at: [688, 144],
      parameters: { ...RUN_PARAMETERS, operation: 'rebuild', table: TABLE_ASKED_FOR },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    cloudflareD1({
      name: 'Sync down to D1',
      at: [688, 384],
      parameters: { ...RUN_PARAMETERS, operation: 'syncDown', table: TABLE_ASKED_FOR },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Let changes gather', 'Is a rebuild asked for?');
  canvas.connect('Is a rebuild asked for?', 'Rebuild tables', { output: 0 });
  canvas.connect('Is a rebuild asked for?', 'Sync down to D1', { output: 1 });
  addFailure(canvas, {
    from: ['Rebuild tables', 'Sync down to D1'],
    left: 928,
    height: HEIGHT,
    section: 2,
    nextStep: replica.operations.syncDown.afterFailure,
  });
  return canvas;
}
