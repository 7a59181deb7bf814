import { intake } from '../../../nodes/MetaLeadAds/actions/intake';
import { Canvas, stableId } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { manually, META, metaLeadAds, RETRIES, schedule } from './steps';

const OVERVIEW = `## Take leads of Facebook and Instagram forms in

Each lead of your forms comes into the \`leads\` table of Supabase once, with campaign, ad set, ad and form it came by; from there the other workflows bring it to Twenty.

### How it works
1. **When Meta has a lead** checks each delivery's signature and gives on the IDs that it names.
2. **Add to inbox** notes them: one row for each lead, however often Meta names it.
3. **Every 15 minutes**, **Poll forms** asks each form for its leads since the last time. It finds what was never delivered, also after days of downtime: Meta keeps leads for 90 days.
4. **Drain inbox** reads the leads, 50 in a call, and stores them. One that cannot be read or stored comes again after a pause, and leaves the others alone. **Every 5 minutes** what waits is tried, also when a form cannot be read.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Make a *Lead Sync Meta Lead Ads API* credential (docs/intake.md says what it needs) and choose it, and your Supabase credential, in all nodes.
3. Choose the page in **When Meta has a lead** and in **Poll forms**.
4. Meta must reach this n8n: set \`WEBHOOK_URL\` to its public https address. Without it, disable the trigger: the poll alone loses nothing.
5. Publish the workflow: that subscribes your app to the page.
6. ${ALERTS_SETUP}`;

const HEIGHT = 624;
const PAGE = { __rl: true, mode: 'list', value: '' };
const DRAIN = {
  resource: 'intake',
  operation: 'drain',
  maxDuration: 4,
  batchSize: 50,
  options: {},
};

/** Notes what Meta names or lists, and stores it. */
export function metaIntake(): Canvas {
  const canvas = new Canvas('leadSyncMetaIntake', 'Meta lead intake');
  canvas.overview(848, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 720, HEIGHT],
    '### 1. Note and drain\nThe IDs go into the inbox first, so a crash loses nothing. Deliveries are fast, the poll is the truth; both lead to the same drain.',
  );
  canvas.addTriggers('Add to inbox', {
    name: 'When Meta has a lead',
    type: 'n8n-nodes-lead-sync.metaLeadAdsTrigger',
    typeVersion: 2,
    at: [64, 144],
    parameters: { pageId: PAGE, subscribe: true, options: {} },
    credentials: META,
    webhookId: stableId('meta-lead-intake'),
  });
  canvas.addTriggers(
    'Poll forms',
    schedule('Every 15 minutes', [64, 320], { field: 'minutes', minutesInterval: 15 }),
    manually([64, 480]),
  );
  canvas.addTriggers('Drain inbox', schedule('Every 5 minutes', [288, 304], { field: 'minutes', minutesInterval: 5 }));
  canvas.add(
    metaLeadAds({
      name: 'Add to inbox',
      at: [288, 144],
      parameters: { resource: 'intake', operation: 'add', leadId: '={{ $json.leadgen_id }}' },
      onError: 'continueErrorOutput',
      ...RETRIES,
    }),
  );
  canvas.add(
    metaLeadAds({
      name: 'Poll forms',
      at: [288, 464],
      parameters: { resource: 'intake', operation: 'poll', pageId: PAGE, formIds: '', maxDuration: 4, options: {} },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(metaLeadAds({ name: 'Drain inbox', at: [480, 272], parameters: DRAIN, onError: 'continueErrorOutput' }));
  canvas.connect('Add to inbox', 'Drain inbox');
  canvas.connect('Poll forms', 'Drain inbox');
  addFailure(canvas, {
    from: ['Add to inbox', 'Poll forms', 'Drain inbox'],
    left: 752,
    height: HEIGHT,
    section: 2,
    nextStep: intake.operations.drain.afterFailure,
  });
  return canvas;
}
