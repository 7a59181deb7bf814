import { readFile } from 'node:fs/promises';
import type { Memory } from './figures';

const SAMPLE_MS = 100;
const KB_PER_MB = 1024;

/** Resident memory in MB out of the text of `/proc/<pid>/status`; throws when it does not say. */
export function residentMb(status: string): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error('The process status has no VmRSS: the process has ended.');
  return Number(kilobytes) / KB_PER_MB;
}

async function resident(pid: number): Promise<number> {
  return residentMb(await readFile(`/proc/${pid}/status`, 'utf8'));
}

const wholeTenths = (megabytes: number): number => Math.round(megabytes * 10) / 10;

/** Does the work and watches the resident memory of a process meanwhile. Needs Linux's /proc. */
export async function watchMemory<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; memory: Memory }> {
  const baseline = await resident(pid);
  let peak = baseline;
  let sampling = Promise.resolve();
  const timer = setInterval(() => {
    sampling = sampling
      .then(async () => {
        peak = Math.max(peak, await resident(pid));
      })
      .catch(() => clearInterval(timer)); // n8n is gone, which the work reports
  }, SAMPLE_MS);
  try {
    const result = await work();
    await sampling;
    peak = Math.max(peak, await resident(pid));
    return {
      result,
      memory: {
        baseline_mb: wholeTenths(baseline),
        peak_mb: wholeTenths(peak),
        growth_mb: wholeTenths(peak - baseline),
      },
    };
  } finally {
    clearInterval(timer);
  }
}
