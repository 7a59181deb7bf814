/**
 * `npm run bench:console [-- --leads 1000000 --pulled 20000 --undone 8000 --json]`: how long each page of the console and a search take on a
 * large store, what the history with values costs a pull, and how fast a bad mapping is undone. Progress goes to stderr, the report to stdout.
 * Ends with 1 when a bar does not hold.
 */
import { createClient } from '@supabase/supabase-js';
import type { Client } from 'pg';
import type { Call } from '../../../nodes/SupabaseLeads/console/frame/page';
import type { Shutdown } from '../../../stack/shutdown';
import type { Supabase } from '../../../stack/supabase';
import { toldStep } from '../../progress';
import { runProof } from '../../run-proof';
import { startStore } from '../store';
import { measureHistory, measureUndo, type HistoryFigures } from './history';
import { readConsoleOptions, type ConsoleOptions } from './options';
import { measurePages, measureSearch } from './pages';
import { seedConsole } from './seed';

interface ConsoleFigures {
  leads: number;
  pages: Record<string, number>;
  search_p95_ms: number;
  history: HistoryFigures;
  undo: { leads: number; seconds: number };
}

/** What must hold whatever the machine does beside it. */
const BARS: Record<string, { limit: number; value: (figures: ConsoleFigures) => number }> = {
  'slowest page, ms': { limit: 300, value: ({ pages }) => Math.max(...Object.values(pages)) },
  'search, 95 % within ms': { limit: 100, value: ({ search_p95_ms }) => search_p95_ms },
  'pull with history by one without': { limit: 1.05, value: ({ history }) => history.pull_ratio },
  'undo of a bad mapping, s': { limit: 120, value: ({ undo }) => undo.seconds },
};

function caller({ url, serviceKey }: Supabase): Call {
  const client = createClient(url, serviceKey, { auth: { persistSession: false } });
  return async <T>(name: string, args = {}): Promise<T> => {
    const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
    const { data, error } = await client.rpc(name, given);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as T;
  };
}

/** The same with nothing that waits for a yes, or what a pull brings waited, too. */
async function withoutApprovals<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('delete from lead_sync.approvals');
  return await work();
}

async function bench(options: ConsoleOptions, shutdown: Shutdown): Promise<boolean> {
  const { supabase, client } = await startStore(shutdown);
  const call = caller(supabase);
  await seedConsole(client, options.leads);
  const figures: ConsoleFigures = {
    leads: options.leads,
    pages: await toldStep('Pages', () => measurePages(call, client)),
    search_p95_ms: await toldStep('Search', () => measureSearch(call, client)),
    history: await toldStep('Pull with history', () =>
      withoutApprovals(client, () => measureHistory(client, options.pulled)),
    ),
    undo: await toldStep('Undo', () => measureUndo(call, client, options.undone)),
  };
  const lines = Object.entries(BARS).map(([name, { limit, value }]) => ({
    name,
    value: value(figures),
    limit,
    holds: value(figures) <= limit,
  }));
  const table = lines
    .map(({ name, value, limit, holds }) => `${name}: ${value} (at most ${limit}${holds ? '' : ', does not hold'})`)
    .join('\n');
  process.stdout.write(`${options.json ? JSON.stringify(figures) : table}\n`);
  return lines.every(({ holds }) => holds);
}

void runProof((shutdown) => bench(readConsoleOptions(process.argv.slice(2)), shutdown));
