import { tell, toldStep } from '../progress';
import type { Ledger } from './identities';
import { besiege, type Siege } from './kills';
import { endLeases, useShortWaits } from './leases';
import { leadActs, Load, seedBothSides } from './load';
import type { CrashOptions } from './options';
import { PARTS, type Part, type Processes } from './processes';
import { quiesce } from './quiesce';
import { SupabaseSide } from './supabase-side';
import { PULL, PUSH, useSmallBatches } from './syncs';
import { TwentySide } from './twenty-side';
import { judge, readStores, type Verdict } from './verdict';

/** Of each origin: in Supabase, in Twenty, in both. */
const SEED_SIZE = 60;
/** Milliseconds that Twenty takes for each answer, so that runs last long enough to be hit. */
const TWENTY_LATENCY_MS = 60;

export interface KillFigures extends Verdict {
  kills: number;
  /** By part, those that an outage made necessary in n8n left out. */
  byPart: Record<string, number>;
  /** Writes of the people at work meanwhile. */
  writes: number;
}

/** Kills parts of the stack while people write to both sides and both syncs run; then lets it come to rest and judges. */
export async function killParts(options: CrashOptions, processes: Processes, ledger: Ledger): Promise<KillFigures> {
  const { kills, seed } = options;
  const { supabase: service, twenty: twentyService } = processes;
  const twenty = new TwentySide(twentyService);
  const forLoad = new SupabaseSide(service.databaseUrl);
  const supabase = new SupabaseSide(service.databaseUrl);
  await useShortWaits(supabase);
  await useSmallBatches(processes.n8n.client);
  await toldStep('Leads and people are there', () => seedBothSides(seed, SEED_SIZE, ledger, supabase, twenty));
  await twenty.setLatency(TWENTY_LATENCY_MS);

  const load = new Load(seed, leadActs(seed, ledger, forLoad, twenty));
  const siege: Siege = {
    parts: PARTS,
    syncs: [PULL, PUSH],
    kill: (part) => processes.kill(part as Part),
    restart: (part) => processes.restart(part as Part),
    endLeases: () => endLeases(supabase),
  };
  const byPart = await besiege(options, processes, siege, load);
  await twenty.setLatency(0);
  const unquiet = await toldStep('Both sides come to rest', () => quiesce(processes, supabase, twenty));
  const verdict = judge(ledger, await readStores(supabase, twenty));
  tell(`  after ${kills} kills: ${verdict.lost} lost, ${verdict.doubled} doubled`);
  await supabase.close();
  await forLoad.close();
  return { ...verdict, violations: [...unquiet, ...verdict.violations], kills, byPart, writes: load.writes };
}
