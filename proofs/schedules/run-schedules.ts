import * as fc from 'fast-check';
import type { Stage } from './play';
import {
  approvalsAsked,
  dealsBeside,
  describeSchedule,
  filtersSet,
  mergesByHand,
  schedule,
  type Schedule,
} from './steps/schedule';
import { shrink } from './steps/shrink';
import { Violation } from './violation';
import { NO_EXEMPTIONS, type Exemptions } from './world/world';

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

/** What comes into schedules beside what their seed stands for. */
export interface Beside {
  /** Leads are merged by hand. */
  merges: boolean;
  /** Filters are set, changed and taken away. */
  filters: boolean;
  /** Deletions and changes wait, and somebody says yes or no. */
  approvals: boolean;
  /** Deals are made, changed and synced. */
  deals: boolean;
}

export interface RunOptions {
  /** The first schedule's seed; the next ones count up. */
  seed: number;
  runs: number;
  beside?: Partial<Beside>;
  onFailure?: (failure: Failure) => void;
  /** Told after each schedule. */
  onRun?: () => void;
}

/** The schedule that a seed stands for, with what comes into it beside. */
export function generate(seed: number, { merges, filters, approvals, deals }: Partial<Beside> = {}): Schedule {
  const [generated] = fc.sample(schedule, { seed, numRuns: 1, unbiased: true });
  const steps = [...generated.steps];
  const wanted = [
    ...(merges ? [mergesByHand] : []),
    ...(filters ? [filtersSet] : []),
    ...(approvals ? [approvalsAsked] : []),
    ...(deals ? [dealsBeside] : []),
  ];
  for (const added of wanted) {
    for (const { at, step } of fc.sample(added, { seed, numRuns: 1, unbiased: true })[0])
      steps.splice(at % (steps.length + 1), 0, step);
  }
  return { ...generated, steps };
}

/** Plays generated schedules, each of a seed of its own, so that any of them can be played again alone. */
export async function runSchedules(
  stage: Stage,
  { seed, runs, beside, onFailure, onRun }: RunOptions,
): Promise<Outcome> {
  const outcome: Outcome = { runs: 0, failures: [], exemptions: { ...NO_EXEMPTIONS } };
  for (let run = 0; run < runs; run += 1) {
    const result = await playSeed(stage, seed + run, beside);
    outcome.runs += 1;
    if ('message' in result) {
      outcome.failures.push(result);
      onFailure?.(result);
    } else {
      addExemptions(outcome.exemptions, result);
    }
    onRun?.();
  }
  return outcome;
}

/** Adds to a sum. */
export function addExemptions(sum: Exemptions, more: Exemptions): void {
  sum.honestLimits += more.honestLimits;
  sum.held += more.held;
}

async function playSeed(stage: Stage, seed: number, beside?: Partial<Beside>): Promise<Exemptions | Failure> {
  const generated = generate(seed, beside);
  try {
    return (await stage.play(generated)).exemptions;
  } catch {
    let message = 'it failed once and then no more: the stage does not play the same schedule the same way';
    const shortest = await shrink(generated, async (candidate) => {
      const failed = await failureOf(stage, candidate);
      if (failed !== null) message = failed;
      return failed !== null;
    });
    return { seed, message: (await failureOf(stage, shortest)) ?? message, schedule: describeSchedule(shortest) };
  }
}

async function failureOf(stage: Stage, played: Schedule): Promise<string | null> {
  try {
    await stage.play(played);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
