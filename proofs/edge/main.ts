/**
 * `npm run test:edge -- [--runs 200] [--seed n] [--json]`: plays generated schedules between Supabase and D1 (workerd).
 * `npm run test:edge -- --mutants [--only text] [--json]`: turns each rule off, and a schedule must notice.
 */
import fc from 'fast-check';
import { readArguments } from '../arguments';
import { makeDatabase, startCluster, type Cluster } from '../schedules/systems/cluster';
import { prepareDatabase } from './database';
import { Hunter } from './hunt';
import { MUTANTS } from './mutants';
import { Stage } from './play';
import { schedules } from './schedule';

interface Arguments {
  runs: number;
  seed: number;
  only: string;
}

const tell = (text: string): boolean => process.stderr.write(`${text}\n`);

async function soak(cluster: Cluster, { runs, seed }: Arguments): Promise<{ runs: number; failed: boolean }> {
  const url = await makeDatabase(cluster.postgres, 'edge_schedules');
  await prepareDatabase(url);
  const stage = await Stage.open(url);
  try {
    const details = await fc.check(
      fc.asyncProperty(schedules, (schedule) => stage.play(schedule)),
      { seed, numRuns: runs },
    );
    if (details.failed) tell(fc.defaultReportMessage(details) ?? 'failed');
    return { runs: details.numRuns, failed: details.failed };
  } finally {
    await stage.close();
  }
}

async function huntAll(cluster: Cluster, { only }: Arguments): Promise<{ killed: number; survived: string[] }> {
  const hunter = await Hunter.open(cluster);
  const mutants = MUTANTS.filter(({ name }) => name.includes(only));
  const survived: string[] = [];
  try {
    for (const mutant of mutants) {
      const message = await hunter.hunt(mutant);
      if (message === null) survived.push(mutant.name);
      tell(`${mutant.name}: ${message === null ? 'SURVIVED' : `killed (${message})`}`);
    }
  } finally {
    await hunter.close();
  }
  return { killed: mutants.length - survived.length, survived };
}

async function main(): Promise<void> {
  const { values } = readArguments({
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      mutants: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const given = { runs: Number(values.runs), seed: Number(values.seed), only: values.only };
  if (!Number.isInteger(given.runs) || given.runs < 1 || !Number.isInteger(given.seed))
    throw new Error('--runs and --seed are whole numbers.');
  tell(`from seed ${given.seed}`);
  const cluster = await startCluster();
  try {
    const figures = values.mutants ? await huntAll(cluster, given) : await soak(cluster, given);
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${JSON.stringify(figures, null, 2)}\n`);
    if ('failed' in figures ? figures.failed : figures.survived.length > 0) process.exitCode = 1;
  } finally {
    await cluster.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
