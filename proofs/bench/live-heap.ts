import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const FILE = resolve('.stack/bench/live-heap');
const POLL_MS = 20;
const LONGEST_MS = 30_000;
const BYTES_PER_MB = 1024 * 1024;

/**
 * Environment of an n8n whose live heap can be asked for, and whose collector may leave no gigabyte of garbage, as it does
 * where the machine has the memory: with so little room its resident memory tells what it needs.
 */
export const LIVE_HEAP_ENV: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--max-old-space-size=512 --import ${pathToFileURL(join(__dirname, 'heap-probe.mjs')).href}`,
  LIVE_HEAP_FILE: FILE,
};

/** MB that a process started with `LIVE_HEAP_ENV` still needs when all garbage is collected: its heap and its buffers. */
export async function liveHeapMb(pid: number): Promise<number> {
  const file = `${FILE}.${pid}`;
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let waited = 0; waited < LONGEST_MS; waited += POLL_MS) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return Math.round(Number(text) / BYTES_PER_MB);
    await delay(POLL_MS);
  }
  throw new Error(`The process ${pid} did not say how much memory it needs.`);
}

/**
 * Does the work, and asks for the live heap whenever what `count` counts reaches a power of ten, from 10 up: what a process
 * keeps of each page shows between 10 and 1,000 pages, whatever the collector leaves lying about.
 */
export async function watchLiveHeap<T>(
  pid: number,
  count: () => number,
  work: () => Promise<T>,
): Promise<{ result: T; liveMb: Record<number, number> }> {
  const liveMb: Record<number, number> = {};
  let due = 10;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await delay(POLL_MS)) {
      if (count() < due) continue;
      liveMb[due] = await liveHeapMb(pid);
      due *= 10;
    }
  })();
  try {
    return { result: await work(), liveMb };
  } finally {
    isOver = true;
    await watching;
  }
}
