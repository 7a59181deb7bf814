import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas, stableId } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { addToInbox, leadSync, manually, schedule, TWENTY } from './steps';

const OVERVIEW = `## Keep opportunities the same in Twenty and Supabase

\`public.opportunities\` and the opportunities of Twenty, in both directions: name, amount, stage, close date, person, company and owner. The rules are those of leads.

### How it works
1. **Every 5 minutes**, **Pull opportunities** reads what changed in Twenty, and **Push opportunities** sends what changed in Supabase. The first run reads and sends all.
2. A deal of a lead that is not in Twenty yet waits for the sync of leads.
3. **When an opportunity changes** in Twenty, it is read again within seconds; what is left of that in the inbox is read every 5 minutes. Where instant pushes are on, *Supabase to Twenty lead sync* sends a deal that changes here as fast.
4. **Every hour**, **Reconcile opportunities** finds what was lost or destroyed unheard.

### Setup
1. Publish the sync of leads first: *Twenty to Supabase lead sync* and *Supabase to Twenty lead sync*.
2. Choose your Twenty and Supabase credentials in all nodes.
3. Publish the workflow.
4. ${ALERTS_SETUP}

What each stage means for revenue is yours to say: \`update public.sales_stages set outcome = 'won' where stage = 'CUSTOMER'\`.`;

const HEIGHT = 816;
const RUN = {
  object: { __rl: true, mode: 'name', value: 'opportunity' },
  policy: '',
  maxDuration: 4,
  output: 'summary',
  options: {},
};

/** Keeps opportunities the same: on time in both directions, by webhook, and by comparing all. */
export function opportunities(): Canvas {
  const canvas = new Canvas('leadSyncOpportunities', 'Opportunity sync');
  canvas.overview(HEIGHT, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 688, HEIGHT],
    '### 1. Sync opportunities\nThe schedule is the truth. Webhooks make it faster.',
  );
  canvas.addTriggers('Add to inbox', {
    name: 'When an opportunity changes',
    type: 'n8n-nodes-lead-sync.twentyTrigger',
    typeVersion: 2,
    at: [64, 128],
    parameters: {
      objects: ['opportunity'],
      events: ['*'],
      combineEvents: true,
      options: { combineWindow: 50, includeRecord: false },
    },
    credentials: TWENTY,
    webhookId: stableId('opportunity-sync'),
  });
  canvas.addTriggers(
    'Pull opportunities',
    schedule('Every 5 minutes', [64, 304], { field: 'minutes', minutesInterval: 5 }),
    manually([64, 448]),
  );
  canvas.addTriggers(
    'Reconcile opportunities',
    schedule('Every hour', [64, 640], { field: 'hours', hoursInterval: 1, triggerAtMinute: 37 }),
  );
  canvas.add(addToInbox([272, 128]));
  canvas.add(
    leadSync({
      name: 'Drain inbox',
      at: [480, 240],
      parameters: { ...RUN, operation: 'drain', batchSize: 200 },
      executeOnce: true,
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    leadSync({
      name: 'Pull opportunities',
      at: [272, 368],
      parameters: { ...RUN, operation: 'pull', mode: 'delta', pageSize: 1000 },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    leadSync({
      name: 'Push opportunities',
      at: [480, 448],
      parameters: { ...RUN, operation: 'push', strict: false, batchSize: 600 },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    leadSync({
      name: 'Reconcile opportunities',
      at: [480, 640],
      parameters: {
        object: RUN.object,
        operation: 'reconcile',
        reportOnly: false,
        pageSize: 5000,
        maxDuration: 4,
        output: 'summary',
        options: {},
      },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Add to inbox', 'Drain inbox');
  canvas.connect('Every 5 minutes', 'Drain inbox');
  canvas.connect('Pull opportunities', 'Push opportunities');
  addFailure(canvas, {
    from: ['Add to inbox', 'Drain inbox', 'Pull opportunities', 'Push opportunities', 'Reconcile opportunities'],
    left: 720,
    height: HEIGHT,
    section: 2,
    nextStep: operations.pull.afterFailure,
  });
  return canvas;
}
