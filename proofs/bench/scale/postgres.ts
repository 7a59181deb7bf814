import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { processorSeconds } from '../cpu';

const SAMPLE_MS = 1_000;
const KB_PER_MB = 1024;

interface Process {
  pid: number;
  parent: number;
  own: number;
  shared: number;
}

const read = (pid: number, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

async function processOf(pid: number): Promise<Process> {
  const status = await read(pid, 'status');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { pid, parent: number('PPid'), own: number('RssAnon'), shared: number('RssShmem') };
}

async function serverOf(postmaster: number): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(processOf))).filter(
    ({ pid, parent }) => pid === postmaster || parent === postmaster,
  );
}

/** Memory of a PostgreSQL in MB: what its processes hold each, and the most that one of them holds of what they share. */
async function memoryOf(postmaster: number): Promise<number> {
  const server = await serverOf(postmaster);
  const own = server.reduce((sum, { own: kilobytes }) => sum + kilobytes, 0);
  return (own + Math.max(0, ...server.map(({ shared }) => shared))) / KB_PER_MB;
}

/** Processor seconds of a process; 0 for what n8n's own database spends, which goes by the clock and not by the leads. */
async function spentBy({ pid }: Process): Promise<number> {
  const [title, stat] = await Promise.all([read(pid, 'cmdline'), read(pid, 'stat')]);
  return stat === '' || / n8n /.test(title) ? 0 : processorSeconds(stat);
}

/** Processor seconds of a PostgreSQL so far: of its processes, and of those that have ended. */
async function processorOf(postmaster: number): Promise<number> {
  const alive = await Promise.all((await serverOf(postmaster)).map(spentBy));
  return alive.reduce((sum, seconds) => sum + seconds, processorSeconds(await read(postmaster, 'stat'), 'children'));
}

/** Does some work and gives the most memory that PostgreSQL had meanwhile, and the processor seconds that it spent. Needs Linux's /proc. */
export async function watchPostgres<T>(
  client: Client,
  work: () => Promise<T>,
): Promise<{ result: T; peakMb: number; processorS: number }> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { parent } = await processOf(rows[0].pid);
  const spentBefore = await processorOf(parent);
  let peakMb = await memoryOf(parent);
  let sampling = Promise.resolve();
  const timer = setInterval(() => {
    sampling = sampling.then(async () => {
      peakMb = Math.max(peakMb, await memoryOf(parent));
    });
  }, SAMPLE_MS);
  try {
    const result = await work();
    await sampling;
    const processorS = Number(((await processorOf(parent)) - spentBefore).toFixed(2));
    return { result, peakMb: Math.round(Math.max(peakMb, await memoryOf(parent))), processorS };
  } finally {
    clearInterval(timer);
  }
}
