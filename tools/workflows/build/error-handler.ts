import { Canvas } from './canvas';
import { supabase } from './steps';
import { addTelling } from './telling';

const OVERVIEW = `## Tell when a workflow of the lead sync failed

n8n runs this workflow for each failed execution of the workflows that name it as their error workflow.

### How it works
1. **When a workflow failed** gets what n8n knows of the failed execution.
2. **Describe failed execution** writes it as a message: markup of others is escaped, keys, passwords, addresses and phone numbers are hidden. It does not need Supabase. It keeps quiet when the same step failed in the same way within the hour.
3. Slack, e-mail and Telegram get the message, whichever you set up, each whatever happens to the others. When Telegram asks for a pause, the workflow waits as long as it says.
4. **Settle what was told** fails when one of them did not take it, and says which and why. When none took it, the failure is forgotten, so that its next time is told.

### Setup
1. In **Describe failed execution**, enter your Telegram chat ID. In **Send Telegram message**, choose a credential and enable the node. Slack or e-mail, besides or instead: the same.
2. Publish the workflow.
3. In the settings of each other workflow, choose this one as *Error workflow*: importing from a file drops that setting.

What n8n cannot start at all, and a sync that does nothing, *Lead sync monitor* tells.`;

/** Tells failed executions of the other workflows. */
export function errorHandler(): Canvas {
  const canvas = new Canvas('leadSyncErrorHandler', 'Lead sync error handler');
  canvas.overview(848, OVERVIEW);
  canvas.section('Failure note', [0, 0, 448, 848], '### 1. Describe\nThe same failure is told once an hour.');
  canvas.addTriggers('Describe failed execution', {
    name: 'When a workflow failed',
    type: 'n8n-nodes-base.errorTrigger',
    typeVersion: 1,
    at: [64, 192],
  });
  canvas.add(
    supabase({
      name: 'Describe failed execution',
      at: [272, 144],
      parameters: { resource: 'alert', operation: 'tellFailure', onceAnHour: true },
      credentials: undefined,
    }),
  );
  addTelling(canvas, {
    from: 'Describe failed execution',
    at: [480, 0],
    channels: 'all',
    section: 2,
    confirms: false,
    settles: 'Fails when a channel did not take the message. What none took is told the next time.',
  });
  return canvas;
}
