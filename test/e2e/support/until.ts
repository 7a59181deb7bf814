import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Asks again until it is so, at most a minute: n8n publishes, executes and unpublishes in its own time. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${PATIENCE_MS / 1000} s.`);
    await delay(50);
  }
}
