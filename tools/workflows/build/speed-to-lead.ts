import { Canvas } from './canvas';
import { leadSync, manually, schedule, secretWebhook, supabase } from './steps';
import { addTelling } from './telling';

const OVERVIEW = `## Speed to lead: tell and assign each new lead at once

Every minute, or as soon as a lead arrives, this workflow gives new leads to your sales reps, tells them, and escalates what nobody responds to. It does nothing before \`sales_reps\` has a row.

### How it works
1. **Tell new leads** has the database assign what arrived by a form or a call, by rule, else in turn. What is to be told leaves by the other outputs, as one message a channel: name, phone to tap, source, score, whose it is. More than 5 a minute are counted by source, the first named.
2. A lead without a response after 15 minutes, and after an hour, is told again. A response is a change by somebody in Twenty, a status, a task begun, a call taken.
3. **Settle what was told** confirms what one channel took; the rest comes again after two minutes.
4. **Assign in Twenty**, by a schedule of its own, writes whose the lead is: into the record's owner field if you name one, else as a task.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase. Add your people to \`sales_reps\`: the ID of the workspace member, a name, and conditions if somebody gets certain leads only.
2. Choose the credentials of Supabase and Twenty where they are missing.
3. In **Tell new leads**, enter your Telegram chat ID. In **Send Telegram message**, choose a credential and enable the node. Slack or e-mail, besides or instead: the same.
4. Publish the workflow.
5. At once (optional): give the production URL of **When leads arrive** to \`enable_instant_push\` as \`p_arrivals_url\`, choose the credential with its secret, and enable the node.

Times, limits and the task's text are in \`lead_sync.assignment_settings\`.`;

/** Tells new leads, escalates those without a response, and writes whose they are to Twenty. */
export function speedToLead(): Canvas {
  const canvas = new Canvas('leadSyncSpeedToLead', 'Speed to lead');
  canvas.overview(1168, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 672, 848],
    '### 1. Assign and escalate\nBy the minute, by hand, or by the database, where a lead has just arrived. **Tell new leads** holds the addresses.',
  );
  canvas.addTriggers(
    'Let leads gather',
    secretWebhook({
      name: 'When leads arrive',
      at: [64, 144],
      path: 'lead-sync-arrivals',
      credential: 'Instant push (lead sync)',
    }),
    schedule('Every minute', [64, 320], { field: 'minutes', minutesInterval: 1 }),
    manually([64, 496]),
  );
  // longer than the 250 ms in which the database calls once at most, so that leads which made no call are told, too
  canvas.add({
    name: 'Let leads gather',
    type: 'n8n-nodes-base.wait',
    typeVersion: 1.1,
    at: [272, 144],
    parameters: { amount: 0.6, unit: 'seconds' },
  });
  canvas.connect('Let leads gather', 'Tell new leads');
  canvas.add(
    supabase({ name: 'Tell new leads', at: [496, 144], parameters: { resource: 'lead', operation: 'tellNew' } }),
  );
  addTelling(canvas, {
    from: 'Tell new leads',
    at: [704, 0],
    channels: 'all',
    section: 2,
    confirms: true,
    settles: 'Confirms what one of them took; the rest is told by a later run.',
  });
  canvas.section(
    'Twenty note',
    [0, 880, 1472, 288],
    '### 4. Write to Twenty\nOwner or task, once the person is there. What Twenty does not take is tried again after five minutes.',
  );
  canvas.addTriggers(
    'Assign in Twenty',
    schedule('Every minute, to Twenty', [64, 1008], { field: 'minutes', minutesInterval: 1 }),
  );
  canvas.add(leadSync({ name: 'Assign in Twenty', at: [272, 1008], parameters: { operation: 'assign', options: {} } }));
  canvas.connect('Run manually', 'Assign in Twenty');
  return canvas;
}
