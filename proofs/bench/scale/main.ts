/**
 * `npm run bench:scale [-- --leads 10000,100000,1000000 --only pull,nothing,reconcile,ranges,resync,webhooks,scoring,push
 * --latency 20 --fresh --json]`: what grows with the number of leads, in real n8n on the local stack. Each part is kept in
 * `.stack/bench/scale.json` as soon as it is measured, and is not measured again without `--fresh`: a bench of hours can be
 * made in pieces. Progress goes to stderr, the report to stdout. Ends with 1 when a bar does not hold.
 */
import type { Shutdown } from '../../../stack/shutdown';
import { allHold } from '../bars';
import { LIVE_HEAP_ENV } from '../live-heap';
import { runProof } from '../../run-proof';
import { startStand, type Stand } from '../stand';
import { keepMeasured, readMeasured, type Scale } from './figures';
import { readOptions, type Part, type ScaleOptions } from './options';
import { reportOf, table } from './report';
import { ScaleStage } from './stage';

async function measureSize(stand: Stand, leads: number, parts: Part[], latencyMs: number, scale: Scale): Promise<void> {
  const stage = await ScaleStage.open(stand, leads, latencyMs);
  try {
    if (parts.some((part) => part !== 'push')) await stage.seed(!parts.includes('pull'));
    // by ranges is how the hours between go, so all ids were compared before
    const order = parts.includes('ranges') && !parts.includes('reconcile') ? ['reconcile' as const, ...parts] : parts;
    for (const part of order) {
      scale[leads] = { ...scale[leads], [part]: await stage.measure(part) };
      await keepMeasured(scale);
    }
  } finally {
    await stage.close();
  }
}

async function bench({ leads, parts, latencyMs, fresh, json }: ScaleOptions, shutdown: Shutdown): Promise<boolean> {
  const scale = await readMeasured();
  const due = leads.map((size) => [size, parts.filter((part) => fresh || !scale[size]?.[part])] as const);
  if (due.some(([, missing]) => missing.length > 0)) {
    const stand = await startStand(shutdown, LIVE_HEAP_ENV);
    await ScaleStage.warmUp(stand);
    for (const [size, missing] of due)
      if (missing.length > 0) await measureSize(stand, size, missing, latencyMs, scale);
  }
  const report = reportOf(scale);
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : table(report)}\n`);
  return allHold(report.bars);
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
