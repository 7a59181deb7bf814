/** `npm run bench:scoring -- [--json] [--leads 1000000] [--step 5000] [--sessions 2] [--writes 500]`: what scoring costs. */
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../dev/stack/postgres';
import { Shutdown } from '../../dev/stack/shutdown';
import { startSupabase } from '../../dev/stack/supabase';
import { tell, toldStep } from '../progress';
import { measureClassifying, measureScoring, measureWrites, type SteppedMeasure } from './measure';
import { readOptions, type ScoringBenchOptions } from './options';
import { barsOf, type ScoringReport } from './report';
import { seedLeads, seedSegments } from './seed';

async function measure(options: ScoringBenchOptions, shutdown: Shutdown): Promise<ScoringReport> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-sync-bench-'));
  await chmod(folder, 0o711); // PostgreSQL runs as a user of its own
  shutdown.add('data folder', () => rm(folder, { recursive: true, force: true }));
  const postgres = await toldStep('PostgreSQL', () => startPostgres({ dataDir: join(folder, 'postgres') }));
  shutdown.add('PostgreSQL', () => postgres.stop());
  const supabase = await toldStep('Supabase', () => startSupabase(postgres));
  shutdown.add('Supabase', () => supabase.stop());
  const client = new Client({ connectionString: supabase.databaseUrl });
  await client.connect();
  shutdown.add('connection', () => client.end());

  await toldStep(`${options.leads} leads`, () => seedLeads(client, options.leads));
  const score = await toldStep('Scoring', () => measureScoring(supabase, client, options));
  const onWrite = await toldStep('Single edits', () => measureWrites(client, options));
  await seedSegments(client);
  await client.query('vacuum (analyze) public.leads, lead_sync.lead_states');
  const classify = await toldStep('Segments', () => measureClassifying(supabase, options));
  const figures = { score, on_write_ms: onWrite, classify };
  const { leads, step, sessions, writes } = options;
  return { ...figures, settings: { leads, step, sessions, writes }, bars: barsOf(figures) };
}

const line = (
  name: string,
  { leads, seconds, leads_per_s: rate, longest_statement_s: longest }: SteppedMeasure,
): string => `${name}: ${leads} leads in ${seconds} s, ${rate} a second, longest step ${longest} s`;

function table({ score, classify, on_write_ms: onWrite, bars }: ScoringReport): string {
  return [
    line(`Scoring by ${score.rules} rules`, score),
    line('Segments', classify),
    `Added to an edit of one lead: ${onWrite.p50} ms at the median, ${onWrite.p95} ms at the 95th percentile`,
    ...Object.values(bars).map(({ demand, measured, holds }) => `${holds ? '✓' : '✗'} ${demand}: ${measured}`),
  ].join('\n');
}

async function main(): Promise<void> {
  const shutdown = new Shutdown();
  let isGood = false;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const work = async (): Promise<void> => {
    const options = readOptions(process.argv.slice(2));
    const report = await measure(options, shutdown);
    process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : table(report)}\n`);
    isGood = Object.values(report.bars).every(({ holds }) => holds);
  };
  try {
    await Promise.race([work(), stopped]);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
  await shutdown.run();
  process.exit(isGood ? 0 : 1);
}

void main();
