import { Canvas } from './canvas';
import { manually, PERSON, supabase, twenty } from './steps';

const OVERVIEW = `## Set up lead sync

Run this once after importing the workflows. It proves that both credentials work and gives Twenty the fields that leads need. Run it as often as you like: what is there stays as it is, and no lead is touched.

### How it works
1. **Check Supabase** sends an empty list of leads through the same function as the sync. That proves the key and the schema and changes nothing.
2. **Prepare Twenty** looks at the fields of *Person* and creates the missing ones: city, region, postal code, country, lead source, lead status, lead score and lead segment.
3. **Say what was done** tells what was created, what was there, and what to do next.

If something is wrong, the red node says what and how to put it right.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your credentials in **Check Supabase** and **Prepare Twenty**. The role of the Twenty key needs the permission *Manage Data Model*.
3. Press **Execute workflow** and open **Say what was done**.

This workflow has no schedule and need not be published.`;

const RESULT = `={{ {
  summary: $json.created.length > 0
    ? 'Supabase is ready. Twenty lacked ' + $json.created.length + ' of the fields that leads need on ' + $json.object + ', and has them now: ' + $json.created.map((field) => field.label).join(', ') + '.'
    : 'Supabase is ready, and Twenty has all fields that leads need on ' + $json.object + ': nothing had to be created.',
  next_steps: [
    '1. Publish the workflows "Twenty to Supabase lead sync" and "Supabase to Twenty lead sync".',
    '2. Execute "Twenty to Supabase lead sync" once by hand: the first run reads everyone.',
    '3. Then execute "Supabase to Twenty lead sync" once by hand. From then on both run on their schedules.'
  ],
  fields_created: $json.created.map((field) => field.name),
  fields_already_there: $json.existing
} }}`;

/** Proves both credentials and makes the fields that Twenty lacks. */
export function setUp(): Canvas {
  const canvas = new Canvas('leadSyncSetup', 'Set up lead sync');
  canvas.overview(560, OVERVIEW);
  canvas.section(
    'Check note',
    [0, 0, 416, 352],
    '### 1. Check Supabase\nAn empty list goes through the door that all leads take: it proves address, key and schema, and changes nothing.',
  );
  canvas.section(
    'Prepare note',
    [448, 0, 288, 352],
    '### 2. Prepare Twenty\nCreates the missing fields, and only those. For extra fields of your own, enter their rows in *Field Mapping* and run again.',
  );
  canvas.section(
    'Result note',
    [768, 0, 288, 352],
    '### 3. Result\nOpen this node: its output says what was created, what was there already and what to do next.',
  );
  canvas.addTriggers('Check Supabase', manually([64, 192]));
  canvas.add(
    supabase({
      name: 'Check Supabase',
      at: [256, 192],
      parameters: { resource: 'lead', operation: 'upsert', input: 'batch', leads: '[]' },
    }),
  );
  canvas.add(
    twenty({
      name: 'Prepare Twenty',
      at: [544, 192],
      parameters: { resource: 'workspace', operation: 'prepare', object: PERSON },
    }),
  );
  canvas.add({
    name: 'Say what was done',
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    at: [864, 192],
    parameters: { mode: 'raw', jsonOutput: RESULT, options: {} },
  });
  canvas.connect('Check Supabase', 'Prepare Twenty');
  canvas.connect('Prepare Twenty', 'Say what was done');
  return canvas;
}
