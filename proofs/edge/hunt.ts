import fc from 'fast-check';
import { bundle } from '../schedules/rules/bundle';
import { makeDatabase, type Cluster } from '../schedules/systems/cluster';
import { prepareDatabase } from './database';
import type { Mutant } from './mutants';
import type { Stage } from './play';
import { schedules } from './schedule';

/** Schedules that a mutant may survive before it is said to. */
const MOST_RUNS = 400;

export interface Hunted {
  mutant: Mutant;
  /** The invariant that it broke; null: it survived. */
  message: string | null;
  schedule: string;
}

/** Plays schedules with one rule turned off until one breaks an invariant; shrinks it a little. */
export async function hunt(cluster: Cluster, mutant: Mutant, seed: number): Promise<Hunted> {
  const url = await makeDatabase(cluster.postgres, 'edge_mutant');
  await prepareDatabase(url, mutant.sql);
  const script = await bundle(`edge-mutant-${Date.now()}`, 'proofs/edge/play.ts', mutant.source);
  const { Stage: Opened } = (await import(script)) as { Stage: typeof Stage };
  const stage = await Opened.open(url);
  try {
    const details = await fc.check(
      fc.asyncProperty(schedules, (schedule) => stage.play(schedule)),
      { seed, numRuns: MOST_RUNS, endOnFailure: true },
    );
    const error = details.errorInstance as Error | null;
    // a crash proves nothing
    const isKill = details.failed && error?.name === 'Violation';
    return { mutant, message: isKill ? error.message : null, schedule: fc.stringify(details.counterexample) };
  } finally {
    await stage.close();
  }
}
