import { operations } from '../../../nodes/LeadSync/actions';
import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { leadSync, manually, schedule } from './steps';

const OVERVIEW = `## Keep Supabase up to date with Twenty

Every 15 minutes this workflow reads what changed in Twenty CRM and brings it into the \`leads\` table of Supabase.

### How it works
1. **Pull from Twenty** is a whole sync: it opens a run in the database, reads page after page of 1,000 people, hands each to the database, which matches, merges and settles conflicts, and closes the run. The first run reads everything, later ones only what changed.
2. Only one run of this direction is active at a time; a second one says so and ends.
3. A run that is cancelled, killed or out of time loses nothing: the next one goes on where it stopped.
4. **If it fails**, the run is closed with its reason and this execution ends as failed.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your two credentials in **Pull from Twenty**.
3. Run the workflow *Set up lead sync* once: it creates the custom fields in Twenty.
4. Publish the workflow, then run it once by hand.
5. ${ALERTS_SETUP}

Set *Mode* to *Full* to read everything again.`;

/** Brings what changed in Twenty to Supabase. */
export function pull(): Canvas {
  const canvas = new Canvas('leadSyncTwentyToSupabase', 'Twenty to Supabase lead sync');
  canvas.overview(608, OVERVIEW);
  canvas.section(
    'Start note',
    [0, 0, 528, 480],
    '### 1. Pull\nBy schedule or by hand. All settings are in **Pull from Twenty**; a conflict policy chosen there holds for all fields.',
  );
  canvas.addTriggers(
    'Pull from Twenty',
    schedule('Every 15 minutes', [64, 160], { field: 'minutes', minutesInterval: 15 }),
    manually([64, 320]),
  );
  canvas.add(
    leadSync({
      name: 'Pull from Twenty',
      at: [320, 240],
      parameters: {
        operation: 'pull',
        mode: 'delta',
        pageSize: 1000,
        policy: '',
        maxDuration: 4,
        output: 'summary',
        options: {},
      },
      onError: 'continueErrorOutput',
    }),
  );
  addFailure(canvas, {
    from: ['Pull from Twenty'],
    left: 560,
    section: 2,
    nextStep: operations.pull.afterFailure,
  });
  return canvas;
}
