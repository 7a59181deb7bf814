import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFolder } from '../../stack/lock';
import { startN8n, type N8n } from '../../stack/n8n';
import { freePort } from '../../stack/ports';
import { startPostgres, type Postgres } from '../../stack/postgres';
import { startPostgrest, type Postgrest } from '../../stack/postgrest';
import type { Step } from '../../stack/report';
import { runSetUp } from '../../stack/set-up';
import type { Shutdown } from '../../stack/shutdown';
import { postgresFolder, startStack } from '../../stack/stack';
import type { Supabase } from '../../stack/supabase';
import type { TwentyService } from '../../stack/services';
import { killWithChildren, runs } from './kill';

export const PARTS = ['n8n', 'PostgREST', 'PostgreSQL'] as const;
export type Part = (typeof PARTS)[number];

const FOLDER = resolve('.stack/crash-test');
const PORT_TIMEOUT_MS = 10_000;
const NO_LIMIT = 1_000_000;
/** Below those that systems give to connections: one of theirs could have taken a port before its owner is back. */
const PORTS = { postgres: 25_432, gateway: 25_433, postgrest: 25_434, twenty: 25_435, n8n: 25_436 };

/** The local stack, whose parts can be killed and started again in the same place on the same data. */
export class Processes {
  private constructor(
    private postgres: Postgres,
    private postgrest: Postgrest,
    private current: N8n,
    readonly supabase: Supabase,
    readonly twenty: TwentyService,
  ) {}

  /** Starts it with the lead fields in Twenty and no leads; what was started is handed to `shutdown` at once. */
  static async start(step: Step, shutdown: Shutdown): Promise<Processes> {
    await mkdir(FOLDER, { recursive: true });
    shutdown.add('lock', lockFolder(FOLDER));
    const options = {
      folder: FOLDER,
      ports: PORTS,
      durable: true,
      twentyEnv: { RATE_LIMIT: 'off' },
      callsPerMinute: NO_LIMIT,
    };
    const stack = await startStack(options, step, shutdown);
    if (!stack.localSupabase) throw new Error('The crash test needs the local Supabase.');
    const { postgres, n8n, localSupabase, twenty } = stack;
    const processes = new Processes(postgres, localSupabase.postgrest, n8n, localSupabase, twenty);
    shutdown.add('what was started again', () => processes.stop());
    await step('Twenty has the lead fields', () => runSetUp(n8n.client));
    return processes;
  }

  get n8n(): N8n {
    return this.current;
  }

  /** n8n's own database. */
  get n8nDatabaseUrl(): string {
    return this.current.options.databaseUrl;
  }

  async kill(part: Part): Promise<void> {
    await killWithChildren(this.pidOf(part));
  }

  /** Starts a killed part again, on its old port, and returns when it is ready. */
  async restart(part: Part): Promise<void> {
    await portIsFree(this.portOf(part));
    if (part === 'n8n') this.current = await startN8n({ ...this.current.options, port: this.portOf(part) });
    else if (part === 'PostgREST') this.postgrest = await startPostgrest(this.postgrest.options);
    else {
      const dataDir = postgresFolder(FOLDER);
      this.postgres = await startPostgres({ dataDir, port: this.portOf(part), durable: true });
    }
  }

  /** Whether the part's process is there. */
  async isAlive(part: Part): Promise<boolean> {
    return await runs(this.pidOf(part));
  }

  private async stop(): Promise<void> {
    await this.current.stop();
    await this.postgrest.stop();
    await this.postgres.stop();
  }

  private pidOf(part: Part): number {
    return { n8n: this.current, PostgREST: this.postgrest, PostgreSQL: this.postgres }[part].pid;
  }

  /** The others know a part by it. */
  private portOf(part: Part): number {
    const { current, postgrest, postgres } = this;
    const [n8n, rest] = [current, postgrest].map(({ url }) => Number(new URL(url).port));
    return { n8n, PostgREST: rest, PostgreSQL: postgres.port }[part];
  }
}

/** A process that is gone by its id can have threads that still end and hold its port. */
async function portIsFree(port: number): Promise<void> {
  const deadline = Date.now() + PORT_TIMEOUT_MS;
  while ((await freePort(port)) !== port) {
    if (Date.now() > deadline) throw new Error(`Another program took the port ${port} of a killed process.`);
    await delay(50);
  }
}
