import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';

const SAMPLE_MS = 1_000;
const KB_PER_MB = 1024;

interface Process {
  parent: number;
  own: number;
  shared: number;
}

function processOf(status: string): Process {
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { parent: number('PPid'), own: number('RssAnon'), shared: number('RssShmem') };
}

const statusOf = async (pid: number | string): Promise<Process> =>
  processOf(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));

/** Memory of a PostgreSQL in MB: what its processes hold each, and the most that one of them holds of what they share. */
async function memoryOf(postmaster: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), ...(await statusOf(pid)) })));
  const server = all.filter(({ pid, parent }) => pid === postmaster || parent === postmaster);
  const own = server.reduce((sum, { own: kilobytes }) => sum + kilobytes, 0);
  return (own + Math.max(0, ...server.map(({ shared }) => shared))) / KB_PER_MB;
}

/** Does some work and gives the most memory that PostgreSQL had meanwhile. Needs Linux's /proc. */
export async function watchPostgres<T>(client: Client, work: () => Promise<T>): Promise<{ result: T; peakMb: number }> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { parent } = await statusOf(rows[0].pid);
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
    return { result, peakMb: Math.round(Math.max(peakMb, await memoryOf(parent))) };
  } finally {
    clearInterval(timer);
  }
}
