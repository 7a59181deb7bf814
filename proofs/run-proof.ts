import { Shutdown } from '../stack/shutdown';
import { tell } from './progress';

/**
 * Runs a benchmark or another proof and ends the process: with 0 when `work` says that all holds, with 1 when it does not,
 * when it fails (its message goes to stderr) or when it is stopped by a signal. What `work` adds to the shutdown is ended
 * first.
 */
export async function runProof(work: (shutdown: Shutdown) => Promise<boolean>): Promise<never> {
  const shutdown = new Shutdown();
  const stopped = new Promise<boolean>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(false));
  });
  let isGood = false;
  try {
    isGood = await Promise.race([work(shutdown), stopped]);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
  await shutdown.run();
  process.exit(isGood ? 0 : 1);
}
