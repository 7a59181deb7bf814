/**
 * `npm run test:crash [-- --kills 50 --rounds 5 --seed N --json]`: kills n8n, PostgREST and PostgreSQL (SIGKILL) at random
 * moments of a running sync, starts them again, and proves that no lead was lost and none doubled; then has two n8n, and n8n
 * in queue mode, push the same leads at once. With `--edge` it kills them and workerd while the edge replica is synced, and
 * proves that both sides are alike afterwards. Progress goes to stderr, the result to stdout. Ends with 1 when anything is wrong.
 */
import { tell, toldStep } from '../progress';
import { runProof } from '../run-proof';
import type { Shutdown } from '../../stack/shutdown';
import { Ledger } from './identities';
import { killEdgeParts } from './edge-part';
import { killParts } from './kill-part';
import { pushByTwoProcesses, pushInQueueMode } from './many-workers';
import { readOptions, type CrashOptions } from './options';
import { Processes } from './processes';
import { edgeInWords, inWords, reportOf } from './report';

async function crash(options: CrashOptions, shutdown: Shutdown): Promise<boolean> {
  const startedAt = Date.now();
  tell(`seed ${options.seed}`);
  const ledger = new Ledger();
  const processes = await Processes.start(toldStep, shutdown);
  if (options.edge) {
    const figures = await killEdgeParts(options, processes, shutdown);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    process.stdout.write(
      options.json ? `${JSON.stringify({ ...figures, seed: options.seed, seconds })}\n` : `${edgeInWords(figures)}\n`,
    );
    return figures.violations.length === 0;
  }
  const kills = await killParts(options, processes, ledger);
  const twoProcesses = await pushByTwoProcesses(options, processes, ledger, shutdown);
  const queueMode = await pushInQueueMode(options, processes, ledger, shutdown);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const report = reportOf(options.seed, seconds, { kills, twoProcesses, queueMode });
  process.stdout.write(`${options.json ? JSON.stringify(report) : inWords(report)}\n`);
  return report.violations.length === 0;
}

void runProof((shutdown) => crash(readOptions(process.argv.slice(2)), shutdown));
