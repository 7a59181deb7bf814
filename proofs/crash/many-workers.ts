import { join } from 'node:path';
import { toldStep } from '../progress';
import { startN8n, startN8nWorker } from '../../stack/n8n';
import { NO_REDIS, startQueue } from '../../stack/redis';
import type { Shutdown } from '../../stack/shutdown';
import type { Ledger } from './identities';
import type { CrashOptions } from './options';
import type { Processes } from './processes';
import { pushByMany, type WorkerFigures } from './worker-part';

/** Numbers of the leads that each part makes, so that no two parts make the same one. */
const FIRST_OF_TWO = 100_000;
const FIRST_OF_QUEUE = 200_000;

/** A second n8n on the same database, with the same key and a user folder of its own, pushes with the first one. */
export async function pushByTwoProcesses(
  { rounds, seed }: CrashOptions,
  processes: Processes,
  ledger: Ledger,
  shutdown: Shutdown,
): Promise<WorkerFigures> {
  const { options, client } = processes.n8n;
  const userFolder = join(options.userFolder, '../n8n-user-2');
  const second = await toldStep('A second n8n runs', () => startN8n({ ...options, userFolder, port: undefined }));
  shutdown.add('the second n8n', () => second.stop());
  const figures = await toldStep(`Both push at once, ${rounds} rounds`, () =>
    pushByMany([client, second.client], processes, ledger, { rounds, seed, firstNumber: FIRST_OF_TWO }),
  );
  await second.stop();
  return figures;
}

/** n8n in queue mode: a main that executes nothing itself and a worker that executes several pushes at once. */
export async function pushInQueueMode(
  { rounds, seed }: CrashOptions,
  processes: Processes,
  ledger: Ledger,
  shutdown: Shutdown,
): Promise<WorkerFigures | { skipped: string }> {
  const env = await toldStep('Redis runs', () => startQueue(shutdown));
  if (!env) return { skipped: NO_REDIS };
  await processes.n8n.stop();
  const options = {
    ...processes.n8n.options,
    port: undefined,
    env,
  };
  const main = await toldStep('n8n runs in queue mode', () => startN8n(options));
  shutdown.add('n8n in queue mode', () => main.stop());
  const worker = await toldStep('Its worker runs', () => startN8nWorker(options));
  shutdown.add('n8n worker', () => worker.stop());
  return await toldStep(`The worker pushes, ${rounds} rounds`, () =>
    pushByMany([main.client], processes, ledger, { rounds, seed, firstNumber: FIRST_OF_QUEUE }),
  );
}
