import { Canvas } from './canvas';
import { manually, schedule, supabase, telegramAnswer, telegramButtons, telegramEdit } from './steps';
import { addTelling } from './telling';

const OVERVIEW = `## Watch the lead sync and tell when it is not well

Every 5 minutes this workflow looks at the sync: is it fresh, does the backlog grow, what fails, what waits for you. It tells a problem once, again after 1, 4 and 24 hours while it lasts, when it gets worse, and when it is over.

### How it works
1. **Check alerts** has the database check all rules and remember their states. Its output *Result* shows health, every rule and all figures: run it by hand to see them.
2. What there is to tell leaves by the other outputs, as few, grouped messages: to Slack, e-mail and Telegram, whichever you set up. When Telegram asks for a pause, the workflow waits as long as it says. Names and addresses are masked.
3. **Settle what was told** confirms what one of them took; the rest is handed out again by a later run. It fails, and says why, when a channel that you set up did not take it.
4. If Supabase cannot be reached, that is told once an hour, and the execution fails. What no channel took, the next run tells.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase. Choose the Supabase credential where it is missing.
2. In **Check alerts**, enter your Telegram chat ID. In **Send Telegram message**, choose a credential and enable the node.
3. Slack or e-mail, besides or instead: the same.
4. Publish the workflow.
5. Buttons for approvals (optional): turn on *Ask in Telegram* in **Check alerts**; choose a credential in the nodes of *Decide by button* and enable them. n8n must be reachable by HTTPS, the bot have no other Telegram Trigger.

Thresholds are rows of \`lead_sync.alert_rules\`. The workflow *Lead sync maintenance* notices when this one went silent.`;

/** Looks at the sync and tells what is not well. */
export function monitor(): Canvas {
  const canvas = new Canvas('leadSyncMonitor', 'Lead sync monitor');
  canvas.overview(848, OVERVIEW);
  canvas.section(
    'Check note',
    [0, 0, 448, 848],
    '### 1. Check\nRun it by hand and open **Check alerts** to see how the sync is. Its fields hold all settings.',
  );
  canvas.addTriggers(
    'Check alerts',
    schedule('Every 5 minutes', [64, 112], { field: 'minutes', minutesInterval: 5 }),
    manually([64, 288]),
  );
  canvas.add(supabase({ name: 'Check alerts', at: [272, 144], parameters: { resource: 'alert', operation: 'tell' } }));
  addTelling(canvas, {
    from: 'Check alerts',
    at: [480, 0],
    channels: 'all',
    section: 2,
    confirms: true,
    asks: true,
    settles: 'Confirms what one of them took; the rest is told by a later run.',
  });
  canvas.section(
    'Button note',
    [0, 880, 1248, 512],
    '### 4. Decide by button\nOff until you choose a credential and enable the nodes. A press in the chat of the alerts decides that approval, once; the message then says who did. Everybody in the chat may press.',
  );
  canvas.addTriggers('Decide by button', telegramButtons('When a button is pressed', [64, 1120]));
  canvas.add(
    supabase({
      name: 'Decide by button',
      at: [272, 1120],
      parameters: {
        resource: 'approval',
        operation: 'decideByButton',
        telegramChatId: "={{ $('Check alerts').params.telegramChatId }}",
      },
    }),
  );
  canvas.add(telegramAnswer('Answer who pressed', [544, 1008]));
  canvas.add(telegramEdit('Show who decided', [544, 1216]));
  canvas.connect('Decide by button', 'Answer who pressed');
  canvas.connect('Decide by button', 'Show who decided', { output: 1 });
  return canvas;
}
