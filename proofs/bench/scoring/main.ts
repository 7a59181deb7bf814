/** `npm run bench:scoring -- [--json] [--leads 1000000] [--step 5000] [--sessions 2] [--writes 500]`: what scoring costs. */
import type { Shutdown } from '../../../stack/shutdown';
import { toldStep } from '../../progress';
import { runProof } from '../../run-proof';
import { startStore } from '../store';
import { measureClassifying, measureScoring, measureScoringAgain, measureWrites, type SteppedMeasure } from './measure';
import { readOptions, type ScoringBenchOptions } from './options';
import { barsOf, type ScoringReport } from './report';
import { seedLeads, seedSegments } from './seed';

async function measure(options: ScoringBenchOptions, shutdown: Shutdown): Promise<ScoringReport> {
  const { supabase, client } = await startStore(shutdown);
  await toldStep(`${options.leads} leads`, () => seedLeads(client, options.leads));
  const score = await toldStep('Scoring', () => measureScoring(supabase, client, options));
  const again = await toldStep('Scoring again', () => measureScoringAgain(supabase, client, options));
  const onWrite = await toldStep('Single edits', () => measureWrites(client, options));
  await seedSegments(client);
  await client.query('vacuum (analyze) public.leads, lead_sync.lead_states');
  const classify = await toldStep('Segments', () => measureClassifying(supabase, client, options));
  const figures = { score, again, on_write_ms: onWrite, classify };
  const { leads, step, sessions, writes } = options;
  return { ...figures, settings: { leads, step, sessions, writes }, bars: barsOf(figures) };
}

const line = (
  name: string,
  { leads, seconds, leads_per_s: rate, yardsticks, longest_statement_s: longest }: SteppedMeasure,
): string =>
  `${name}: ${leads} leads in ${seconds} s, ${rate} a second, ${yardsticks} yardsticks a lead, longest step ${longest} s`;

function table({ score, again, classify, on_write_ms: onWrite, bars }: ScoringReport): string {
  return [
    line(`Scoring by ${score.rules} rules`, score),
    line('The same rules again', again),
    line('Segments', classify),
    `Added to an edit of one lead: ${onWrite.p50} ms at the median, ${onWrite.p95} ms at the 95th percentile`,
    ...Object.values(bars).map(({ demand, measured, holds }) => `${holds ? '✓' : '✗'} ${demand}: ${measured}`),
  ].join('\n');
}

async function bench(options: ScoringBenchOptions, shutdown: Shutdown): Promise<boolean> {
  const report = await measure(options, shutdown);
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : table(report)}
`);
  return Object.values(report.bars).every(({ holds }) => holds);
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
