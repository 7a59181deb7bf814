import { readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second, whatever its kernel's own clock. */
const TICKS_PER_SECOND = 100;

/** Processor seconds, user and system, out of the text of `/proc/<pid>/stat`: its own, or of its children that have ended. */
export function processorSeconds(stat: string, whose: 'own' | 'children' = 'own'): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold anything
  const [user, system] = (whose === 'own' ? fields.slice(11) : fields.slice(13)).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

/** Does the work and gives the processor seconds that a process, all its threads included, spent meanwhile. Needs Linux's /proc. */
export async function watchProcessor<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const spent = async (): Promise<number> => processorSeconds(await readFile(`/proc/${pid}/stat`, 'utf8'));
  const before = await spent();
  const result = await work();
  return { result, seconds: (await spent()) - before };
}
