import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Part } from './options';

/** One part at one size. */
export interface Measured {
  seconds: number;
  twenty_calls: number;
  supabase_calls: number;
  /** Most resident memory of n8n's process meanwhile, in MB; null where n8n has no part in it. */
  n8n_mb: number | null;
  /** What n8n's process needed of it, all garbage collected, after 10, 100, 1,000 … calls of Supabase, in MB; empty below 100,000 leads. */
  n8n_live_mb: Record<number, number>;
  /** Most memory of PostgreSQL meanwhile, in MB: what its processes hold each, and once what they share. */
  postgres_mb: number;
  /** Processor seconds of PostgreSQL, the background included, n8n's own database not. */
  postgres_cpu_s: number;
  /** Size of the database afterwards, in MB. */
  database_mb: number;
  measured_at: string;
}

/** By size, by part. */
export type Scale = Record<string, Partial<Record<Part, Measured>>>;

const FILE = resolve('.stack/bench/scale.json');

/** What earlier calls measured, so that a long bench can be made in pieces. */
export async function readMeasured(): Promise<Scale> {
  return await readFile(FILE, 'utf8').then(
    (text) => JSON.parse(text) as Scale,
    () => ({}),
  );
}

export async function keepMeasured(scale: Scale): Promise<void> {
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, JSON.stringify(scale, null, 2));
}
