import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas, stableId } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { addToInbox, leadSync, manually, schedule, TWENTY } from './steps';

const OVERVIEW = `## Keep what people did with the leads

Notes, tasks, messages and meetings of Twenty come into \`lead_activities\` in Supabase, on the leads and opportunities that they hang on: in a list, with the last one and how many there were, and for scoring rules. Nothing is written to Twenty.

### How it works
1. **When Twenty changes** tells of notes, tasks and what they hang on, and **Add to inbox** notes the ids.
2. **Read what is named** reads these records again, usually within a second: what the webhook claims is not believed.
3. **Every 15 minutes**, **Read what changed** finds what webhooks lost, and messages and meetings, of which Twenty does not tell.
4. **On the first of the month**, **Read everything** finds what was destroyed unheard.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your Twenty and Supabase credentials in all nodes.
3. Decide what is kept of texts: the title and 200 characters unless you say otherwise, e.g. \`update lead_sync.activity_settings set texts = 'title'\`.
4. Publish the workflow. The first run reads all that there is.
5. ${ALERTS_SETUP}`;

const HEIGHT = 752;
const PULL = {
  operation: 'pullActivities',
  kinds: ['note', 'task', 'message', 'meeting'],
  maxDuration: 4,
  options: {},
};

/** Notes what Twenty says of activities, and reads them: by name, by time, and all. */
export function activities(): Canvas {
  const canvas = new Canvas('leadSyncActivities', 'Lead activities');
  canvas.overview(752, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 688, HEIGHT],
    '### 1. Read activities\nThe schedule is the truth. Webhooks make it faster.',
  );
  canvas.addTriggers('Add to inbox', {
    name: 'When Twenty changes',
    type: 'n8n-nodes-lead-sync.twentyTrigger',
    typeVersion: 2,
    at: [64, 128],
    parameters: {
      objects: ['note', 'noteTarget', 'task', 'taskTarget'],
      events: ['*'],
      combineEvents: true,
      options: { combineWindow: 50, includeRecord: false },
    },
    credentials: TWENTY,
    webhookId: stableId('lead-activities'),
  });
  canvas.addTriggers(
    'Read what changed',
    schedule('Every 15 minutes', [64, 304], { field: 'minutes', minutesInterval: 15 }),
    manually([64, 448]),
  );
  canvas.addTriggers(
    'Read everything',
    schedule('On the first of the month', [64, 592], {
      field: 'months',
      triggerAtDayOfMonth: 1,
      triggerAtHour: 3,
      triggerAtMinute: 40,
    }),
  );
  canvas.add(addToInbox([272, 128]));
  canvas.add(
    leadSync({
      name: 'Read what is named',
      at: [480, 128],
      parameters: { ...PULL, read: 'named' },
      executeOnce: true,
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    leadSync({
      name: 'Read what changed',
      at: [480, 368],
      parameters: { ...PULL, read: 'changed', overlap: 5 },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    leadSync({
      name: 'Read everything',
      at: [480, 592],
      parameters: { ...PULL, read: 'all' },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Add to inbox', 'Read what is named');
  addFailure(canvas, {
    from: ['Add to inbox', 'Read what is named', 'Read what changed', 'Read everything'],
    left: 720,
    height: HEIGHT,
    section: 2,
    nextStep: operations.pullActivities.afterFailure,
  });
  return canvas;
}
