/**
 * `npm run bench:revenue [-- --json --touches 1000000 --deals 100000 --activities 1000000 --leads 5000 --rounds 5 --since <revision> --only attribution]`: what comes after
 * the lead. Progress goes to stderr, the figures to stdout. Ends with 1 when what is promised does not hold.
 */
import type { Shutdown } from '../../../stack/shutdown';
import { tell, toldStep } from '../../progress';
import { runProof } from '../../run-proof';
import { startStore } from '../store';
import { measureActivities, mostDeltaCalls, type ActivityFigures } from './activities';
import { measureAttribution, MOST_REPORT_MS, type AttributionMs } from './attribution';
import { measureLeads, MOST_RATIO, type LeadsRatio } from './leads';
import { measureOpportunities, mostCalls, type OpportunityFigures } from './opportunities';
import { readOptions, type RevenueOptions } from './options';
import { removeRevenue, seedRevenue } from './seed';

interface RevenueFigures {
  attribution_ms?: AttributionMs;
  opportunities?: OpportunityFigures;
  activities?: ActivityFigures;
  leads_ratio?: LeadsRatio;
}

function missedBars({
  attribution_ms: reports = {} as AttributionMs,
  opportunities,
  activities,
  leads_ratio: ratio,
}: RevenueFigures): string[] {
  return [
    ...Object.entries(reports)
      .filter(([, ms]) => ms > MOST_REPORT_MS)
      .map(([model]) => `at most ${MOST_REPORT_MS} ms for a report by ${model}`),
    ...(opportunities && opportunities.calls_in > mostCalls(opportunities).in
      ? [`at most ${mostCalls(opportunities).in} calls for ${opportunities.deals} deals that come`]
      : []),
    ...(opportunities && opportunities.calls_out > mostCalls(opportunities).out
      ? [`at most ${mostCalls(opportunities).out} calls for ${opportunities.deals} deals that go`]
      : []),
    ...(activities && activities.delta_calls > mostDeltaCalls(activities)
      ? [`at most ${mostDeltaCalls(activities)} calls for ${activities.changed} changed activities`]
      : []),
    ...(['pull', 'push'] as const)
      .filter((way) => ratio && ratio[way] > MOST_RATIO)
      .map((way) => `at most ${MOST_RATIO} times the processor time for a ${way} of leads beside opportunities`),
  ];
}

async function bench(options: RevenueOptions, shutdown: Shutdown): Promise<boolean> {
  const figures: RevenueFigures = {};
  const store = await startStore(shutdown);
  if (options.parts.includes('attribution')) {
    const { touches, deals } = options;
    await toldStep(`${touches} touches, ${deals} deals`, () => seedRevenue(store.client, options));
    figures.attribution_ms = await toldStep('Reports', () => measureAttribution(store.supabase, options));
    await removeRevenue(store.client);
  }
  if (options.parts.includes('opportunities'))
    figures.opportunities = await measureOpportunities(store, shutdown, options.deals);
  if (options.parts.includes('activities'))
    figures.activities = await measureActivities(store, shutdown, options.activities);
  if (options.parts.includes('leads')) figures.leads_ratio = await measureLeads(store, shutdown, options.lead);
  if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else for (const [part, values] of Object.entries(figures)) console.log(part, values);
  const missed = missedBars(figures);
  for (const bar of missed) tell(`Does not hold: ${bar}.`);
  return missed.length === 0;
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
