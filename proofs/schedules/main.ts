/**
 * `npm run test:sync -- [--runs 1000] [--seed n] [--merges] [--filters] [--approvals] [--deals] [--json]`: plays generated schedules until all invariants were asserted.
 * `npm run test:sync -- --mutants [--only text] [--json]`: turns each rule of the protocol off, and a schedule must notice.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startCluster } from './systems/cluster';
import { huntMutants } from './rules/hunt';
import { MUTANTS } from './rules';
import type { Beside, Failure } from './run-schedules';
import { soak } from './soak';

const USAGE = `Usage: npm run test:sync -- [--runs 1000] [--seed n] [--merges] [--filters] [--approvals] [--deals] [--json]
       npm run test:sync -- --mutants [--only text] [--json]
--seed plays the schedules of an earlier run again; with --runs 1 the one that a failure named.
--merges has leads merged by hand in them, too; --filters has filters set, changed and taken away;
--approvals has deletions and changes wait, and somebody say yes or no; --deals has opportunities.
--only takes the mutants whose name holds the text. --json prints one line of figures on standard output.`;

interface Arguments {
  runs: number;
  seed: number;
  json: boolean;
  beside: Beside;
  mutants: boolean;
  only: string;
}

function readArguments(): Arguments | null {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      json: { type: 'boolean', default: false },
      merges: { type: 'boolean', default: false },
      filters: { type: 'boolean', default: false },
      approvals: { type: 'boolean', default: false },
      deals: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (values.help || !Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) return null;
  const { merges, filters, approvals, deals, json, mutants, only } = values;
  return { runs, seed, json, beside: { merges, filters, approvals, deals }, mutants, only };
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function describeFailure({ seed, message, schedule }: Failure, given: Beside): string {
  const beside = Object.entries(given)
    .map(([name, isWanted]) => (isWanted ? ` --${name}` : ''))
    .join('');
  return `\n${message}\nnpm run test:sync -- --runs 1 --seed ${seed}${beside}\n${schedule}\n`;
}

async function runSoak({ runs, seed, beside, json }: Arguments): Promise<boolean> {
  const processes = Math.min(availableParallelism(), 2, runs);
  tell(`${runs} schedules from seed ${seed}, in ${processes} processes`);
  const cluster = await startCluster();
  try {
    const startedAt = performance.now();
    let played = 0;
    const { failures, exemptions, ...rest } = await soak(cluster, {
      runs,
      seed,
      beside,
      processes,
      onFailure: (failure) => tell(describeFailure(failure, beside)),
      onPlayed: (more) => {
        played += more;
        if (played % 500 === 0) tell(`  ${played} played`);
      },
    });
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    tell(
      `${rest.runs} schedules, ${failures.length} failed, ${seconds} s. Exempted: ${exemptions.honestLimits} fields met an honest ` +
        `limit of the protocol; ${exemptions.held} leads were held for a cause that was there.`,
    );
    if (json)
      console.log(JSON.stringify({ runs: rest.runs, failed: failures.length, seconds, seed, exempted: exemptions }));
    return failures.length === 0;
  } finally {
    await cluster.stop();
  }
}

async function runMutants({ seed, json, only }: Arguments): Promise<boolean> {
  const chosen = MUTANTS.filter(({ name }) => name.includes(only));
  const cluster = await startCluster();
  try {
    const survivors: string[] = [];
    let killed = 0;
    for await (const { mutant, kill } of huntMutants(cluster, chosen, seed)) {
      if (kill) killed += 1;
      else survivors.push(mutant.name);
      tell(
        kill
          ? `killed: ${mutant.name} (${kill.how})\n  ${kill.message}\n${kill.schedule}\n`
          : `SURVIVED: ${mutant.name}\n`,
      );
    }
    tell(
      `${chosen.length} mutants, ${killed} killed${survivors.length > 0 ? `; survived: ${survivors.join(', ')}` : ''}`,
    );
    if (json) console.log(JSON.stringify({ mutants: chosen.length, killed }));
    return survivors.length === 0;
  } finally {
    await cluster.stop();
  }
}

async function main(): Promise<void> {
  const args = readArguments();
  if (!args) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const isGood = args.mutants ? await runMutants(args) : await runSoak(args);
  if (!isGood) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
