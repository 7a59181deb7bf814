import { Canvas } from './canvas';
import { SUPABASE, telegram } from './steps';

const OVERVIEW = `## A flow of your own, started by what happens to a lead

An example: tells in Telegram when a lead's score rises to 70. Copy it and put anything in the place of the message.

### How it works
1. **When a score crosses 70** asks the database once a minute what happened since. Each event comes at least once, those of one lead in order, and nothing is lost while n8n is down.
2. **Rose?** passes over leads that fell below.
3. **Write the message** makes a text of the lead; what strangers wrote is escaped.

### Setup
1. Choose the Supabase credential where it is missing.
2. In **Write the message**, enter the ID of your Telegram chat.
3. Choose your credential in **Send Telegram message** and enable it.
4. Publish the workflow. What happens from the first poll on is collected.`;

const ESCAPED_NAME =
  "[$json.lead?.first_name, $json.lead?.last_name].filter(Boolean).join(' ').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') || 'A lead without a name'";

/** An example of a flow that the Lead Sync Trigger starts. */
export function events(): Canvas {
  const canvas = new Canvas('leadSyncEvents', 'Lead events (example)');
  canvas.overview(464, OVERVIEW);
  canvas.section(
    'Events note',
    [0, 0, 1088, 320],
    '### 1. From event to message\nThe trigger’s panel lists the other events: created, changed, held, conflicted, assigned and more.',
  );
  canvas.add({
    name: 'When a score crosses 70',
    type: 'n8n-nodes-lead-sync.leadSyncTrigger',
    typeVersion: 1,
    at: [64, 144],
    parameters: { events: ['score_crossed'], score: 70, options: {} },
    credentials: SUPABASE,
  });
  canvas.add({
    name: 'Rose?',
    type: 'n8n-nodes-base.if',
    typeVersion: 2.2,
    at: [320, 144],
    parameters: {
      conditions: {
        options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
        combinator: 'and',
        conditions: [
          {
            id: 'rose',
            leftValue: '={{ $json.direction }}',
            rightValue: 'up',
            operator: { type: 'string', operation: 'equals' },
          },
        ],
      },
      options: {},
    },
  });
  canvas.add({
    name: 'Write the message',
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    at: [576, 144],
    parameters: {
      assignments: {
        assignments: [
          { id: 'chat', name: 'chat_id', type: 'string', value: '' },
          {
            id: 'text',
            name: 'text',
            type: 'string',
            value: `=<b>{{ ${ESCAPED_NAME} }}</b> has a score of {{ $json.score }} now (before: {{ $json.before ?? 'none' }}).`,
          },
        ],
      },
      options: {},
    },
  });
  canvas.add(telegram('Send Telegram message', [832, 144]));
  canvas.connect('When a score crosses 70', 'Rose?');
  canvas.connect('Rose?', 'Write the message');
  canvas.connect('Write the message', 'Send Telegram message');
  return canvas;
}
