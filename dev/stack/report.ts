export type Progress = (message: string) => void;

/** Runs one named part of a longer job and tells how it goes. */
export type Step = <T>(title: string, work: (progress: Progress) => Promise<T>) => Promise<T>;

const QUIET_MS = 3_000;

const seconds = (startedAt: number): string => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** Prints a line when a part begins to take time, its progress, and a line when it is done. */
export const printedStep: Step = async (title, work) => {
  const startedAt = Date.now();
  const announce = setTimeout(() => console.log(`… ${title}`), QUIET_MS);
  const progress: Progress = (message) => console.log(`… ${title}: ${message}`);
  try {
    const result = await work(progress);
    console.log(`✓ ${title} (${seconds(startedAt)})`);
    return result;
  } catch (error) {
    console.log(`✗ ${title} (${seconds(startedAt)})`);
    throw error;
  } finally {
    clearTimeout(announce);
  }
};

/** For tests: only failures are of interest. */
export const silentStep: Step = (_title, work) => work(() => undefined);
