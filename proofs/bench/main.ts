/**
 * `npm run bench [-- --leads 10000 --json --latency 20 --twenty-speed real --item-leads 500 --limit-leads 30000 --only sync,item,limit,database,workers]`:
 * what README's figures come from. Progress goes to stderr, the report to stdout. Ends with 1 when a bar does not hold.
 */
import type { Shutdown } from '../../stack/shutdown';
import { allHold } from './bars';
import { measureDatabase } from './database';
import type { DatabaseFigures, Figures } from './figures';
import { measureItemAtATime } from './item-at-a-time/measure';
import { readOptions, type BenchOptions } from './options';
import { tell, toldStep } from '../progress';
import { measureAtDefaultLimit } from './rate-limit/measure';
import { measureAllWorkers } from './rate-limit/workers';
import { reportOf } from './report';
import { runProof } from '../run-proof';
import { emptyBothSides, startStand, type Stand } from './stand';
import { measureSync } from './sync';
import { tables } from './table';

async function measureDatabaseAlone(stand: Stand): Promise<DatabaseFigures> {
  return await toldStep('1,000 people new, unchanged and changed in the database alone', async () => {
    await emptyBothSides(stand);
    return await measureDatabase(stand.supabase.databaseUrl);
  });
}

async function measure(options: BenchOptions, shutdown: Shutdown): Promise<Figures> {
  const stand = await startStand(shutdown);
  const { parts } = options;
  const sync = parts.includes('sync') ? await measureSync(stand, options) : null;
  const item = parts.includes('item') ? await measureItemAtATime(stand, options) : null;
  const limit = parts.includes('limit') ? await measureAtDefaultLimit(stand.supabase, options) : null;
  const database = parts.includes('database') ? await measureDatabaseAlone(stand) : null;
  const workers = parts.includes('workers') ? await measureAllWorkers(stand.supabase.databaseUrl) : null;
  return { sync, item, limit, database, workers };
}

async function bench(options: BenchOptions, shutdown: Shutdown): Promise<boolean> {
  const report = reportOf(await measure(options, shutdown), options);
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : tables(report)}\n`);
  if (allHold(report.bars)) return true;
  const missed = Object.entries(report.bars).filter(([, { holds }]) => !holds);
  tell(`Bars that do not hold: ${missed.map(([name]) => name).join(', ')}.`);
  return false;
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
