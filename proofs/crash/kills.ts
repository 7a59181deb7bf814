import { setTimeout as delay } from 'node:timers/promises';
import { answers } from '../../stack/child';
import { comesToRest } from './leases';
import { tell } from '../progress';
import type { Load } from './load';
import type { CrashOptions } from './options';
import type { Processes } from './processes';
import { Chance } from './random';
import { runToItsEnd } from './syncs';

const LONGEST_RUN_BEFORE_KILL_MS = 2_500;
const LONGEST_OUTAGE_MS = 1_500;
/** A run that survives an outage retries each step for some seconds; then it is over or never will be. */
const REST_TIMEOUT_MS = 12_000;
const RETRY_MS = 500;
/** n8n notices some seconds late that its database was away, and then that it is back. */
const NOT_READY = /Database is not ready/;

/** What runs while parts are killed: the parts, the syncs, and how the leases end that the dead leave. */
export interface Siege {
  parts: readonly string[];
  /** File names of bundled workflows. */
  syncs: readonly string[];
  kill: (part: string) => Promise<void>;
  restart: (part: string) => Promise<void>;
  endLeases: () => Promise<void>;
}

interface Kill {
  part: string;
  /** How long the pull and the push had been running. */
  afterMs: number;
  /** How long the part stayed away before it was started again. */
  outageMs: number;
  /** Whether n8n had to be killed, too, since the outage left it with executions without an end, or dead. */
  tookN8nAlong: boolean;
}

/** Kills parts one after another while people write; gives how often each was hit, those that an outage made necessary left out. */
export async function besiege(
  { kills, seed }: CrashOptions,
  processes: Processes,
  siege: Siege,
  load: Load,
): Promise<Record<string, number>> {
  const killer = new Killer(seed, processes, siege, load);
  const byPart: Record<string, number> = {};
  for (let n = 1; n <= kills; n += 1) {
    const kill = await Promise.race([killer.kill(), load.failure()]);
    byPart[kill.part] = (byPart[kill.part] ?? 0) + 1;
    tell(line(n, kills, kill, load));
  }
  await load.stop();
  return byPart;
}

function line(n: number, kills: number, { part, afterMs, outageMs, tookN8nAlong }: Kill, load: Load): string {
  const extra = tookN8nAlong ? ', and n8n, which did not come to rest after it' : '';
  return `  kill ${n} of ${kills}: ${part} after ${afterMs} ms, away for ${outageMs} ms${extra}; ${load.writes} writes so far`;
}

/** Runs the syncs at once, over and over, and kills one part after the other in the middle. */
class Killer {
  private readonly chance: Chance;
  private waiting: string[] = [];

  constructor(
    seed: number,
    private readonly processes: Processes,
    private readonly siege: Siege,
    private readonly load: Load,
  ) {
    this.chance = new Chance(`kills ${seed}`);
  }

  /** One kill and all that it takes until the next sync can run. */
  async kill(): Promise<Kill> {
    const part = this.nextPart();
    const [afterMs, runs] = await this.killInTheMiddle(part);
    const outageMs = this.chance.below(LONGEST_OUTAGE_MS);
    await delay(outageMs);
    await this.siege.restart(part);
    this.load.pause();
    const tookN8nAlong = part !== 'n8n' && !(await this.n8nCameThrough());
    if (tookN8nAlong) {
      await this.processes.kill('n8n');
      await this.processes.restart('n8n');
    }
    await runs;
    await this.siege.endLeases();
    this.load.goOn();
    return { part, afterMs, outageMs, tookN8nAlong };
  }

  /** Each part once before any comes again, in an order of chance. */
  private nextPart(): string {
    if (this.waiting.length === 0) this.waiting = [...this.siege.parts];
    return this.waiting.splice(this.chance.below(this.waiting.length), 1)[0];
  }

  /** Starts the syncs until one is still running when its moment comes. */
  private async killInTheMiddle(part: string): Promise<[number, Promise<unknown>]> {
    const deadline = Date.now() + REST_TIMEOUT_MS;
    for (;;) {
      const { client } = this.processes.n8n;
      const runs = Promise.allSettled(this.siege.syncs.map((file) => runToItsEnd(client, file)));
      const afterMs = this.chance.below(LONGEST_RUN_BEFORE_KILL_MS);
      const ended = await Promise.race([runs, delay(afterMs, null)]);
      const failure = ended?.find((one) => one.status === 'rejected');
      if (failure && NOT_READY.test(String(failure.reason)) && Date.now() < deadline) {
        await runs;
        await delay(RETRY_MS);
        continue;
      }
      if (failure) throw new Error(`A sync that nobody disturbed could not be run: ${String(failure.reason)}`);
      if (ended) continue;
      await this.siege.kill(part);
      return [afterMs, runs];
    }
  }

  /** Whether n8n lives, has its database again and executes nothing more. */
  private async n8nCameThrough(): Promise<boolean> {
    const { processes } = this;
    if (!(await comesToRest(processes.n8nDatabaseUrl, REST_TIMEOUT_MS))) return false;
    const deadline = Date.now() + REST_TIMEOUT_MS;
    while (!(await answers(`${processes.n8n.url}/healthz/readiness`))) {
      if (Date.now() > deadline || !(await processes.isAlive('n8n'))) return false;
      await delay(200);
    }
    return true;
  }
}
