import { Canvas } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { manually, schedule, supabase } from './steps';

const OVERVIEW = `## Keep scores and segments up to date

Every hour this workflow classifies leads that have no segment and scores leads whose score is out of date: because you published other rules, changed a segment or a table behind them, or because time has passed for rules that look at it. New and changed leads need no workflow: the database scores them as they are written.

### How it works
1. **Classify leads without a segment**, then **Score stale leads**: both go on step by step, each step one short call, until no lead is left. What a human chose is never overwritten. Scores and segments that changed go to Twenty with the next push. The output of the second says what was done.
2. If something fails, an alert is sent. Nothing is lost: the next run goes on where this one ended.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase and publish your scoring rules once (Supabase Leads: *Scoring Rule: Publish*).
2. Choose the Supabase credential where it is missing.
3. ${ALERTS_SETUP}
4. Publish the workflow, then run it once by hand.`;

/** Brings segments and scores up to date. */
export function scoring(): Canvas {
  const canvas = new Canvas('leadSyncScoring', 'Lead scoring');
  canvas.overview(560, OVERVIEW);
  canvas.section(
    'Steps note',
    [0, 0, 672, 480],
    "### 1. Segments, then scores\nMany short calls: a million leads take minutes, and no call comes near the database's time limit. Without published rules nothing is scored.",
  );
  canvas.addTriggers(
    'Classify leads without a segment',
    schedule('Every hour', [64, 160], { field: 'hours', hoursInterval: 1, triggerAtMinute: 22 }),
    manually([64, 320]),
  );
  canvas.add(
    supabase({
      name: 'Classify leads without a segment',
      at: [272, 240],
      parameters: { resource: 'lead', operation: 'classifySegments', scope: 'undecided' },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.add(
    supabase({
      name: 'Score stale leads',
      at: [512, 112],
      parameters: { resource: 'lead', operation: 'calculateScores', scope: 'stale' },
      onError: 'continueErrorOutput',
    }),
  );
  canvas.connect('Classify leads without a segment', 'Score stale leads');
  addFailure(canvas, {
    from: ['Classify leads without a segment', 'Score stale leads'],
    left: 704,
    section: 2,
    nextStep: 'Nothing is lost: the next run goes on with the leads that are left.',
  });
  return canvas;
}
