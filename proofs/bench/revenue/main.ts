/**
 * `npm run bench:revenue [-- --json --activities 1000000 --only activities]`: what comes after the lead. Progress goes to
 * stderr, the figures to stdout. Ends with 1 when what is promised does not hold.
 */
import type { Shutdown } from '../../../stack/shutdown';
import { tell } from '../../progress';
import { runBench } from '../run-bench';
import { startStore } from '../store';
import { measureActivities, mostDeltaCalls, type ActivityFigures } from './activities';
import { readOptions, type RevenueOptions } from './options';

interface RevenueFigures {
  activities?: ActivityFigures;
}

function missedBars({ activities }: RevenueFigures): string[] {
  return [
    ...(activities && activities.delta_calls > mostDeltaCalls(activities)
      ? [`at most ${mostDeltaCalls(activities)} calls for ${activities.changed} changed activities`]
      : []),
  ];
}

async function bench(options: RevenueOptions, shutdown: Shutdown): Promise<boolean> {
  const figures: RevenueFigures = {};
  const store = await startStore(shutdown);
  if (options.parts.includes('activities'))
    figures.activities = await measureActivities(store, shutdown, options.activities);
  if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else for (const [part, values] of Object.entries(figures)) console.log(part, values);
  const missed = missedBars(figures);
  for (const bar of missed) tell(`Does not hold: ${bar}.`);
  return missed.length === 0;
}

void runBench((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
