/**
 * `npm run bench:intake [-- --json --samples 300 --rate 5 --deliveries 5000 --senders 20 --outage-leads 500
 * --duplicate-leads 1000000 --only latency,burst,outage,duplicates]`: how fast and how completely leads of the sources
 * arrive, in real n8n on the local stack with stand-ins of Meta and Knowlarity, and what a first search for possible
 * duplicates takes. Progress goes to stderr, the figures to stdout. Ends with 1 when what is promised does not hold.
 */
import type { Shutdown } from '../../../stack/shutdown';
import { tell } from '../../progress';
import { runProof } from '../../run-proof';
import { startStore } from '../store';
import { measureBurst } from './burst';
import { measureDuplicates } from './duplicates';
import { missedBars, SOURCES, type IntakeFigures } from './figures';
import { measureLatency } from './latency';
import { readOptions, type IntakeOptions } from './options';
import { measureOutage } from './outage';
import { startStage } from './stage';

/** Leads before the first measured one: n8n's first executions of a workflow take longer. */
const WARM_UP = 3;

/** What is measured of leads on their way; each part is told as soon as it is known. */
async function measureIntake(options: IntakeOptions, shutdown: Shutdown): Promise<IntakeFigures> {
  const { parts } = options;
  const figures: IntakeFigures = {};
  const stage = await startStage(shutdown);
  for (const source of parts.includes('latency') || parts.includes('burst') ? SOURCES : []) {
    await measureLatency(stage, source, { samples: WARM_UP, rate: 1 }, `warm-up-${source}.example`);
    if (parts.includes('latency'))
      figures.latency = { ...figures.latency, [source]: toldFigures(await measureLatency(stage, source, options)) };
  }
  if (parts.includes('burst')) figures.burst = toldFigures(await measureBurst(stage, options));
  if (parts.includes('outage')) figures.outage = toldFigures(await measureOutage(stage, options.outageLeads));
  return figures;
}

async function measure(options: IntakeOptions, shutdown: Shutdown): Promise<IntakeFigures> {
  const { parts } = options;
  const figures = parts.some((part) => part !== 'duplicates') ? await measureIntake(options, shutdown) : {};
  if (!parts.includes('duplicates')) return figures;
  const { client } = await startStore(shutdown);
  return { ...figures, duplicates: await measureDuplicates(client, options.duplicateLeads) };
}

function toldFigures<T extends object>(figures: T): T {
  tell(`  ${JSON.stringify(figures)}`);
  return figures;
}

async function bench(options: IntakeOptions, shutdown: Shutdown): Promise<boolean> {
  const figures = await measure(options, shutdown);
  if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else for (const [part, values] of Object.entries(figures)) console.log(part, values);
  const missed = missedBars(figures);
  for (const bar of missed) tell(`Does not hold: ${bar}.`);
  return missed.length === 0;
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
