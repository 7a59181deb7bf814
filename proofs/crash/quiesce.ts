import { setTimeout as delay } from 'node:timers/promises';
import { runSync, type SyncTarget } from '../../stack/sync';
import type { SupabaseSide } from './supabase-side';
import type { TwentySide } from './twenty-side';

/** Longer than a lease, for those that the last kill left behind, and some cycles. */
const LONGEST_MS = 240_000;
const PAUSE_MS = 1_000;

/** Both sides as they are, with the version of every row and record: the same before and after where nothing was written. */
async function fingerprint(supabase: SupabaseSide, twenty: TwentySide): Promise<string> {
  const leads = await supabase.query('select id, xmin::text as version from public.leads order by id');
  return JSON.stringify([leads, await twenty.people(), await twenty.companies()]);
}

async function cycle(target: SyncTarget): Promise<void> {
  await runSync(target, 'twenty_to_supabase');
  await runSync(target, 'supabase_to_twenty');
}

/** Runs pull and push until a cycle writes nothing, and once more. Gives what is wrong when that does not come or writes again. */
export async function quiesce(target: SyncTarget, supabase: SupabaseSide, twenty: TwentySide): Promise<string[]> {
  const deadline = Date.now() + LONGEST_MS;
  let lastProblem = 'every cycle wrote something';
  while (Date.now() < deadline) {
    const before = await fingerprint(supabase, twenty);
    try {
      await cycle(target);
    } catch (error) {
      lastProblem = error instanceof Error ? error.message : String(error); // a lease of a killed run, until it ends
      await delay(PAUSE_MS);
      continue;
    }
    if ((await fingerprint(supabase, twenty)) !== before) continue;
    await cycle(target);
    const isQuiet = (await fingerprint(supabase, twenty)) === before;
    return isQuiet ? [] : ['A cycle after a quiet one wrote something.'];
  }
  return [`The sync did not become quiet within ${LONGEST_MS / 1000} s: ${lastProblem}`];
}
