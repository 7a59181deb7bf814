import { Canvas } from './canvas';
import { leadSync, manually, RETRIES, supabase, twenty } from './steps';

const OVERVIEW = `## Forget a person, on both sides

Somebody asks you to delete all that you know of them. This workflow deletes their lead with its history in Supabase, destroys their person and their follow-up tasks in Twenty CRM, with notes and tasks that hang on no other person and no deal, and keeps their address from coming back by a sync.

### How it works
1. **Read activities** finds out what the notes and tasks hang on by now; where it cannot read all of that, it fails, and nobody is forgotten. It reads nothing unless the workflow *Lead activities* ran before.
2. **Forget in Supabase** deletes, and leaves keyed hashes of the addresses: no read of Twenty makes a lead of that person again.
3. **Destroy in Twenty** destroys what that names, for good: nothing of it goes to the bin. What is not there any more counts as destroyed.
4. **Confirm** tells the database what is gone. Until then each run names it again: one that broke off is finished by the next, with the same address or another one.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose the credentials of Twenty and Supabase where they are missing. The role of Twenty's key needs the right to destroy people, tasks and notes.
3. In **Whom to forget**, enter an email address of theirs, or the ID of the lead or person, and run the workflow by hand.

Backups, n8n's own execution data and emails in Twenty are not touched.`;

/** Erases a person in Supabase and in Twenty. */
export function forget(): Canvas {
  const canvas = new Canvas('leadSyncForget', 'Forget a person');
  canvas.overview(672, OVERVIEW);
  canvas.section(
    'Forgetting note',
    [0, 0, 1456, 320],
    '### Forget, destroy, confirm\nSafe to repeat at any time. A run that fails says what Twenty still has.',
  );
  canvas.addTriggers('Read activities', manually([64, 144]));
  canvas.add(
    leadSync({
      name: 'Read activities',
      at: [256, 144],
      parameters: {
        operation: 'pullActivities',
        read: 'begun',
        kinds: ['note', 'task'],
        overlap: 5,
        maxDuration: 4,
        options: {},
      },
    }),
  );
  canvas.add({
    name: 'Whom to forget',
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    at: [464, 144],
    parameters: {
      assignments: { assignments: [{ id: 'lead', name: 'lead', type: 'string', value: '' }] },
      options: {},
    },
  });
  canvas.add(
    supabase({
      name: 'Forget in Supabase',
      at: [672, 144],
      parameters: { resource: 'lead', operation: 'forget', lead: '={{ $json.lead }}' },
      ...RETRIES,
    }),
  );
  canvas.add({
    name: 'Records in Twenty',
    type: 'n8n-nodes-base.splitOut',
    typeVersion: 1,
    at: [864, 144],
    parameters: { fieldToSplitOut: 'to_destroy', options: {} },
  });
  canvas.add(
    twenty({
      name: 'Destroy in Twenty',
      at: [1072, 144],
      parameters: {
        resource: 'record',
        operation: 'delete',
        object: { __rl: true, mode: 'name', value: '={{ $json.object }}' },
        recordId: { __rl: true, mode: 'id', value: '={{ $json.record_id }}' },
        permanently: true,
        options: {},
      },
      onError: 'continueRegularOutput',
    }),
  );
  canvas.add(
    supabase({
      name: 'Confirm',
      at: [1264, 144],
      parameters: {
        resource: 'lead',
        operation: 'confirmForgotten',
        recordId: "={{ $('Records in Twenty').item.json.record_id }}",
      },
      ...RETRIES,
    }),
  );
  canvas.connect('Read activities', 'Whom to forget');
  canvas.connect('Whom to forget', 'Forget in Supabase');
  canvas.connect('Forget in Supabase', 'Records in Twenty');
  canvas.connect('Records in Twenty', 'Destroy in Twenty');
  canvas.connect('Destroy in Twenty', 'Confirm');
  return canvas;
}
