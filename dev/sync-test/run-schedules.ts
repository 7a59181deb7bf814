import * as fc from 'fast-check';
import { describeSchedule, schedule, type Schedule } from './schedule';
import type { Stage } from './play';
import type { Exemptions } from './world';

/** A schedule that failed, shrunk to what is needed for it. */
export interface Failure {
  /** Plays the same schedule again: `npm run test:sync -- --runs 1 --seed <seed>`. */
  seed: number;
  message: string;
  schedule: string;
}

export interface Outcome {
  runs: number;
  failures: Failure[];
  exemptions: Exemptions;
}

export interface RunOptions {
  /** The first schedule's seed; the next ones count up. */
  seed: number;
  runs: number;
  onFailure?: (failure: Failure) => void;
  /** Told after each schedule. */
  onRun?: () => void;
}

/** Plays generated schedules, each of a seed of its own, so that any of them can be played again alone. */
export async function runSchedules(stage: Stage, { seed, runs, onFailure, onRun }: RunOptions): Promise<Outcome> {
  const outcome: Outcome = { runs: 0, failures: [], exemptions: { honestLimits: 0, held: 0 } };
  for (let run = 0; run < runs; run += 1) {
    let exemptions: Exemptions | null = null;
    const property = fc.asyncProperty(schedule, async (generated: Schedule) => {
      exemptions = await stage.play(generated);
    });
    const details = await fc.check(property, { seed: seed + run, numRuns: 1, unbiased: true });
    outcome.runs += 1;
    if (details.failed && details.counterexample) {
      const error: unknown = details.errorInstance;
      const message = error instanceof Error ? (error.name === 'Violation' ? error.message : (error.stack ?? error.message)) : String(error);
      const failure = { seed: seed + run, message, schedule: describeSchedule(details.counterexample[0]) };
      outcome.failures.push(failure);
      onFailure?.(failure);
    } else if (exemptions) add(outcome.exemptions, exemptions);
    onRun?.();
  }
  return outcome;
}

function add(sum: Exemptions, { honestLimits, held }: Exemptions): void {
  sum.honestLimits += honestLimits;
  sum.held += held;
}
