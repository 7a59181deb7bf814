export type Progress = (message: string) => void;

/** Runs one named part of a longer job and tells how it goes. */
export type Step = <T>(title: string, work: (progress: Progress) => Promise<T>) => Promise<T>;

const QUIET_MS = 3_000;
/** Where lines cannot be written over, as in a log, progress comes this rarely. */
const LOG_PROGRESS_MS = 15_000;
const CLEAR_LINE = '\r\u001b[2K';

const seconds = (startedAt: number): string => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** Writes a line that the next one takes the place of, cut to the terminal's width. */
function passingLine(line: string): void {
  process.stdout.write(`${CLEAR_LINE}${line.slice(0, process.stdout.columns - 1)}`);
}

function lastingLine(line: string): void {
  console.log(process.stdout.isTTY ? `${CLEAR_LINE}${line}` : line);
}

/** Prints a line when a part begins to take time, its progress, and a line when it is done. */
export const printedStep: Step = async (title, work) => {
  const startedAt = Date.now();
  const tell = process.stdout.isTTY ? passingLine : lastingLine;
  const announce = setTimeout(() => tell(`… ${title}`), QUIET_MS);
  let toldAt = 0;
  const progress: Progress = (message) => {
    clearTimeout(announce);
    if (!process.stdout.isTTY && Date.now() - toldAt < LOG_PROGRESS_MS) return;
    toldAt = Date.now();
    tell(`… ${title}: ${message}`);
  };
  try {
    const result = await work(progress);
    lastingLine(`✓ ${title} (${seconds(startedAt)})`);
    return result;
  } catch (error) {
    lastingLine(`✗ ${title} (${seconds(startedAt)})`);
    throw error;
  } finally {
    clearTimeout(announce);
  }
};

/** For tests: only failures are of interest. */
export const silentStep: Step = (_title, work) => work(() => undefined);
