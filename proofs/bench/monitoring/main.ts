/**
 * `npm run bench:monitoring [-- --leads 1000000 --history 10000000 --json]`: how long metrics, alerts, the page Activity and the
 * archive take on a large store. Progress goes to stderr, the report to stdout. Ends with 1 when a bar does not hold.
 */
import type { Shutdown } from '../../../stack/shutdown';
import { DATABASE } from '../../../stack/supabase';
import { runProof } from '../../run-proof';
import { startStore } from '../store';
import { measureMonitoring, type MonitoringFigures } from './measure';
import { readMonitoringOptions, type MonitoringOptions } from './options';
import { seedMonitoring } from './seed';

/** What must hold whatever the machine does beside it. */
const BARS: Record<string, { limit: number; value: (figures: MonitoringFigures) => number }> = {
  'metrics and alerts, ms': { limit: 300, value: (figures) => figures.metrics_and_alerts_ms },
  'page Activity, ms': { limit: 1000, value: (figures) => figures.page_ms },
  // the API's statement limit
  'integrity check, ms': { limit: 8000, value: (figures) => figures.integrity_ms },
  'longest wait of a writer beside the archive, ms': {
    limit: 100,
    value: (figures) => figures.archive.longest_block_ms,
  },
};

async function bench(options: MonitoringOptions, shutdown: Shutdown): Promise<boolean> {
  const { postgres, supabase, client } = await startStore(shutdown);
  await seedMonitoring(client, postgres.url(DATABASE, 'postgres'), options);
  // the oldest of the 30 days are ripe for the archive
  await client.query('update lead_sync.settings set history_days = 26');
  const figures = await measureMonitoring(supabase, options);
  const lines = Object.entries(BARS).map(([name, { limit, value }]) => ({
    name,
    value: value(figures),
    limit,
    holds: value(figures) <= limit,
  }));
  const table = lines
    .map(({ name, value, limit, holds }) => `${name}: ${value} (at most ${limit}${holds ? '' : ', does not hold'})`)
    .join('\n');
  process.stdout.write(
    `${options.json ? JSON.stringify(figures, null, 2) : `${table}\narchived ${figures.archive.rows} rows in ${figures.archive.seconds} s`}\n`,
  );
  return lines.every(({ holds }) => holds);
}

void runProof((shutdown) => bench(readMonitoringOptions(process.argv.slice(2)), shutdown));
