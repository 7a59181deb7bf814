import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const GONE_TIMEOUT_MS = 10_000;

interface ProcessState {
  name: string;
  parent: number;
  isZombie: boolean;
}

/** What Linux says of a process; null when there is none. */
async function stateOf(pid: number): Promise<ProcessState | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold anything
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return { name, parent: Number(parent), isZombie: state === 'Z' };
  } catch {
    return null; // it ended while we looked
  }
}

/** Ids of the processes that a process started and that are there; of those with a name where one is given. */
export async function childrenOf(pid: number, name?: string): Promise<number[]> {
  const all = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const states = await Promise.all(all.map(stateOf));
  return all.filter((_, n) => states[n]?.parent === pid && (name === undefined || states[n]?.name === name));
}

/** Whether the process runs; one that ended and was not buried does not. */
export async function runs(pid: number): Promise<boolean> {
  const state = await stateOf(pid);
  return state !== null && !state.isZombie;
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * SIGKILLs a process and then its children, as a machine that loses power does, and returns when all of them are gone.
 * PostgreSQL's backends outlive their postmaster otherwise, and it does not start again beside them.
 */
export async function killWithChildren(pid: number): Promise<void> {
  const family = [pid, ...(await childrenOf(pid))];
  family.forEach(killNow);
  const deadline = Date.now() + GONE_TIMEOUT_MS;
  while ((await Promise.all(family.map(runs))).includes(true)) {
    if (Date.now() > deadline) throw new Error(`Some of the processes ${family.join(', ')} do not end.`);
    await delay(20);
  }
}
