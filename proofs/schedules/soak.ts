import { fork } from 'node:child_process';
import { bundle } from './rules/bundle';
import { makeDatabase, type Cluster } from './systems/cluster';
import { addExemptions, type Beside, type Failure, type Outcome } from './run-schedules';
import { NO_EXEMPTIONS } from './world/world';
import type { Report, Share } from './worker-process';

export interface SoakOptions {
  runs: number;
  seed: number;
  beside: Beside;
  /** Processes at once, each with a database of its own. */
  processes: number;
  onFailure: (failure: Failure) => void;
  onPlayed: (played: number) => void;
}

/** Plays schedules in several processes. Schedule n of a soak has the seed `seed + n`, however many processes play. */
export async function soak(cluster: Cluster, options: SoakOptions): Promise<Outcome> {
  const script = await bundle('worker-process', 'proofs/schedules/worker-process.ts');
  const share = Math.ceil(options.runs / options.processes);
  const outcomes = await Promise.all(
    Array.from({ length: options.processes }, async (_, index) => {
      const databaseUrl = await makeDatabase(cluster.postgres, `sync_test_${index}`);
      const runs = Math.min(share, options.runs - index * share);
      if (runs <= 0) return null;
      return await play(
        script,
        { databaseUrl, seed: options.seed + index * share, runs, beside: options.beside },
        options,
      );
    }),
  );
  const sum: Outcome = { runs: 0, failures: [], exemptions: { ...NO_EXEMPTIONS } };
  for (const outcome of outcomes) {
    if (!outcome) continue;
    sum.runs += outcome.runs;
    sum.failures.push(...outcome.failures);
    addExemptions(sum.exemptions, outcome.exemptions);
  }
  return sum;
}

function play(script: string, share: Share, { onFailure, onPlayed }: SoakOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = fork(script);
    let result: Outcome | null = null;
    child.on('message', (report: Report) => {
      if ('failure' in report) onFailure(report.failure);
      else if ('played' in report) onPlayed(report.played);
      else result = report.outcome;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (result) resolve(result);
      else reject(new Error(`A process that played schedules ended with ${code} before it was done.`));
    });
    child.send(share);
  });
}
