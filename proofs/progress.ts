import type { Step } from '../stack/report';

const TICK_MS = 15_000;

const since = (startedAt: number): string => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** One line on stderr; stdout is the report's. */
export function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Tells on stderr when a part begins, that it still works, and when it is done. */
export const toldStep: Step = async (title, work) => {
  const startedAt = Date.now();
  tell(`… ${title}`);
  const ticker = setInterval(() => tell(`  … ${title}: ${since(startedAt)}`), TICK_MS);
  try {
    const result = await work((message) => tell(`  … ${title}: ${message}`));
    tell(`✓ ${title} (${since(startedAt)})`);
    return result;
  } catch (error) {
    tell(`✗ ${title} (${since(startedAt)})`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
};
