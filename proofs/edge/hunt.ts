import { bundle } from '../schedules/rules/bundle';
import { makeDatabase, type Cluster } from '../schedules/systems/cluster';
import { prepareDatabase } from './database';
import type { Mutant } from './mutants';
import type { Stage } from './play';
import type { Schedule } from './schedule';

const ENTRY = 'proofs/edge/play.ts';

/** Tells mutants from the code as it is. */
export class Hunter {
  private constructor(
    private readonly cluster: Cluster,
    private readonly unmutated: Stage,
  ) {}

  static async open(cluster: Cluster): Promise<Hunter> {
    return new Hunter(cluster, await stageOf(cluster, 'edge_plain', {}));
  }

  close(): Promise<void> {
    return this.unmutated.close();
  }

  /** The invariant that a mutant breaks in its schedule, which the code as it is holds; null: it survived. */
  async hunt(mutant: Mutant): Promise<string | null> {
    const stage = await stageOf(this.cluster, 'edge_mutant', mutant);
    try {
      const message = await violationOf(stage, mutant.directed);
      return (await violationOf(this.unmutated, mutant.directed)) === null ? message : null;
    } finally {
      await stage.close();
    }
  }
}

async function stageOf(cluster: Cluster, name: string, { sql, source }: Partial<Mutant>): Promise<Stage> {
  const url = await makeDatabase(cluster.postgres, name);
  await prepareDatabase(url, sql);
  const script = await bundle(`${name}-${Date.now()}`, ENTRY, source);
  const { Stage: Opened } = (await import(script)) as { Stage: typeof Stage };
  return await Opened.open(url);
}

/** The invariant that a schedule breaks; null when it breaks none, or ends in a crash, which proves nothing. */
async function violationOf(stage: Stage, schedule: Schedule): Promise<string | null> {
  try {
    await stage.play(schedule);
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'Violation') return error.message;
    process.stderr.write(`${(error as Error).message}\n`);
    return null;
  }
}
