import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundle, replaceAll } from './bundle';
import { makeDatabase, type Cluster } from '../systems/cluster';
import { applySql, onTestClock, readMigrations } from '../systems/migrations-on-test-clock';
import type { Mutant } from './mutant';
import type { Stage } from '../play';
import { generate } from '../run-schedules';
import { describeSchedule, type Schedule } from '../steps/schedule';
import { shrink } from '../steps/shrink';

/** How a mutant was found out: by an invariant, in a schedule that passes without the mutation. */
export interface Kill {
  how: string;
  message: string;
  schedule: string;
}

export interface Hunted {
  mutant: Mutant;
  kill: Kill | null;
}

/** Generated schedules that a mutant without a directed one may survive. */
const MOST_RUNS = 600;
const HUNTERS = 2;
const ENTRY = 'proofs/schedules/play.ts';

/** Hunts the mutants, two at once. */
export async function* huntMutants(cluster: Cluster, mutants: readonly Mutant[], seed: number): AsyncGenerator<Hunted> {
  await checkReplacements(mutants);
  const plain = await bundle('plain', ENTRY);
  const waiting = [...mutants];
  const running = new Map<number, Promise<{ hunter: number; hunted: Hunted }>>();
  const startNext = (hunter: number): void => {
    const mutant = waiting.shift();
    if (mutant)
      running.set(
        hunter,
        hunt(cluster, mutant, plain, hunter, seed).then((kill) => ({ hunter, hunted: { mutant, kill } })),
      );
    else running.delete(hunter);
  };
  for (let hunter = 0; hunter < HUNTERS; hunter += 1) startNext(hunter);
  while (running.size > 0) {
    const { hunter, hunted } = await Promise.race(running.values());
    startNext(hunter);
    yield hunted;
  }
}

/** @throws Error when the text that a mutant replaces is not there, or more than once */
export async function checkReplacements(mutants: readonly Mutant[]): Promise<void> {
  const migrations = await readMigrations();
  for (const mutant of mutants) {
    mutate(migrations, mutant);
    for (const replacement of mutant.source ?? [])
      replaceAll(await readFile(resolve(replacement.file), 'utf8'), [replacement]);
  }
}

/** The migrations in which a mutant replaces something, by file name, mutated. */
function mutate(migrations: ReadonlyMap<string, string>, { name, sql = [] }: Mutant): Map<string, string> {
  const mutated = new Map<string, string>();
  for (const { find, replace } of sql) {
    const files = [...migrations.keys()].filter((file) => migrations.get(file)?.includes(find));
    if (files.length !== 1) throw new Error(`${name}: ${files.length} migrations, not one, hold: ${find}`);
    const [file] = files;
    mutated.set(file, replaceAll(mutated.get(file) ?? migrations.get(file) ?? '', [{ file, find, replace }]));
  }
  return mutated;
}

async function hunt(
  cluster: Cluster,
  mutant: Mutant,
  plain: string,
  hunter: number,
  seed: number,
): Promise<Kill | null> {
  const script = await bundle(`mutant-${hunter}-${Date.now()}`, ENTRY, mutant.source);
  const [mutatedUrl, plainUrl] = [
    await mutatedDatabase(cluster, mutant, `sync_test_mutant_${hunter}`),
    await makeDatabase(cluster.postgres, `sync_test_plain_${hunter}`),
  ];
  const mutated = await stageOf(script, mutatedUrl);
  const unmutated = await stageOf(plain, plainUrl);
  try {
    const { directed } = mutant;
    return directed ? await huntDirected(mutated, unmutated, directed) : await huntGenerated(mutated, unmutated, seed);
  } finally {
    await mutated.close();
    await unmutated.close();
  }
}

async function mutatedDatabase(cluster: Cluster, mutant: Mutant, name: string): Promise<string> {
  const url = await makeDatabase(cluster.postgres, name);
  const mutated = mutate(await readMigrations(), mutant);
  await applySql(
    url,
    [...mutated].map(([file, sql]): [string, string] => [file, onTestClock(sql)]),
  );
  return url;
}

async function stageOf(script: string, url: string): Promise<Stage> {
  const { Stage: Opened } = (await import(script)) as { Stage: typeof Stage };
  return await Opened.open(url);
}

async function huntDirected(mutated: Stage, unmutated: Stage, directed: Schedule): Promise<Kill | null> {
  const message = await violationOf(mutated, directed);
  if (message === null || (await violationOf(unmutated, directed)) !== null) return null;
  return { how: 'directed schedule', message, schedule: describeSchedule(directed) };
}

async function huntGenerated(mutated: Stage, unmutated: Stage, seed: number): Promise<Kill | null> {
  const isKiller = async (candidate: Schedule): Promise<boolean> =>
    (await violationOf(mutated, candidate)) !== null && (await violationOf(unmutated, candidate)) === null;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const generated = generate(seed + run);
    if (!(await isKiller(generated))) continue;
    const shortest = await shrink(generated, isKiller);
    const message = (await violationOf(mutated, shortest)) ?? '';
    return { how: `generated schedule of seed ${seed + run}`, message, schedule: describeSchedule(shortest) };
  }
  return null;
}

/** The invariant that a schedule breaks; null when it breaks none, or ends in a crash, which proves nothing. */
async function violationOf(stage: Stage, played: Schedule): Promise<string | null> {
  try {
    await stage.play(played);
    return null;
  } catch (error) {
    return error instanceof Error && error.name === 'Violation' ? error.message : null;
  }
}
