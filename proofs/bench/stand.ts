import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { N8n } from '../../stack/n8n';
import { lockFolder } from '../../stack/lock';
import type { Shutdown } from '../../stack/shutdown';
import { startStack } from '../../stack/stack';
import type { Supabase } from '../../stack/supabase';
import { withoutTimeLimit } from './bundled';
import { toldStep } from '../progress';
import { emptySupabase } from './seed-supabase';
import { prepareTwenty } from './seed-twenty';
import type { BenchOptions } from './options';
import { TwentyDoubleProcess } from './twenty-double';

const FOLDER = resolve('.stack/bench');
const NO_LIMIT = 1_000_000;

/** What the measurements run on: the stack of `npm start`, with nothing limited and no schedule running. */
export interface Stand {
  n8n: N8n;
  supabase: Supabase;
  twenty: TwentyDoubleProcess;
  /** Address of the double, for nodes that take it as it is. */
  twentyUrl: string;
  twentyKey: string;
}

/** Starts it; what was started is handed to `shutdown` at once. `n8nEnv`: further environment variables of n8n. */
export async function startStand(shutdown: Shutdown, n8nEnv?: Readonly<Record<string, string>>): Promise<Stand> {
  await mkdir(FOLDER, { recursive: true });
  shutdown.add('lock', lockFolder(FOLDER));
  const options = { folder: FOLDER, twentyEnv: { RATE_LIMIT: 'off' }, callsPerMinute: NO_LIMIT, n8nEnv };
  const { n8n, localSupabase, twenty: service } = await startStack(options, toldStep, shutdown);
  if (!localSupabase) throw new Error('The bench needs the local Supabase.');
  const twenty = new TwentyDoubleProcess(service);
  await toldStep('Twenty has the lead fields', () => prepareTwenty(twenty.client));
  await withoutTimeLimit(n8n.client);
  return { n8n, supabase: localSupabase, twenty, twentyUrl: service.url, twentyKey: service.apiKey };
}

/** Empties both sides. */
export async function emptyBothSides({ twenty, supabase }: Stand): Promise<void> {
  await twenty.clear();
  await emptySupabase(supabase.databaseUrl);
}

/** Does some work while Twenty is as slow as the options say. */
export async function slowed<T>(
  { twenty }: Stand,
  { latencyMs, twentySpeed }: Pick<BenchOptions, 'latencyMs' | 'twentySpeed'>,
  work: () => Promise<T>,
): Promise<T> {
  await twenty.setLatency(latencyMs);
  await twenty.setSpeed(twentySpeed === 'real' ? 'real' : null);
  try {
    return await work();
  } finally {
    await twenty.setLatency(0);
    await twenty.setSpeed(null);
  }
}
