import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createWorkspaceDouble, type TwentyWorkspaceDouble } from '../../../stand-ins/twenty';
import type { Write } from '../../../nodes/lead';
import { getLeadsByIdOrEmail } from '../../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../../nodes/Twenty/leads/push';
import { readScope } from '../../../nodes/Twenty/leads/scope';
import { TwentyClient, type Send } from '../../../nodes/Twenty/transport/client';
import { DEFAULT_CALLS_PER_MINUTE, RateBudget } from '../../../nodes/Twenty/transport/rate-budget';
import {
  SharedBudget,
  type GivenTurn,
  type TakeCall,
  type Urgency,
} from '../../../nodes/Twenty/transport/shared-budget';
import { readTwentyUrl } from '../../../nodes/Twenty/transport/url';
import { Chance } from '../../crash/random';
import { toldStep } from '../../progress';
import type { WorkerRate, WorkersFigures } from '../figures';
import { SkippingClock } from './skipping-clock';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');
const BATCH = 200;
/** Milliseconds there and back: to Twenty, which works on top of that, and to the database. */
const TWENTY_TRIP = { least: 20, most: 30 };
const TWENTY_WORK_MS = 280;
const DATABASE_TRIP = { least: 3, most: 9 };

/** n8n processes that call one Twenty, each with what a process has, on one clock; `share` false: each with a budget of its own. */
export class Workers {
  readonly clock = new SkippingClock('no time');
  readonly double: TwentyWorkspaceDouble;
  /** Questions that were put to the database. */
  questions = 0;
  /** Set to let the database be out of reach. */
  isAway = false;
  readonly warnings: string[] = [];
  private readonly address = `http://${randomUUID()}.example`;
  private lastTurn: Promise<unknown> = Promise.resolve();
  private readonly chance = new Chance('workers');

  constructor(
    private readonly sql: Client,
    private readonly share = true,
  ) {
    this.double = createWorkspaceDouble({ clock: () => EPOCH + this.clock.now() });
  }

  /** A new process; Twenty's answers take it about 300 ms. */
  client(urgency: Urgency = 'scheduled', callsPerMinute = DEFAULT_CALLS_PER_MINUTE): TwentyClient {
    const { clock } = this;
    const urls = readTwentyUrl(this.address);
    if (!urls) throw new Error(`Twenty's address is none: ${this.address}`);
    const budget = new RateBudget(callsPerMinute, clock);
    const client = new TwentyClient({ urls, send: this.send, clock, budget, identity: randomUUID() });
    const warn = (message: string) => void this.warnings.push(message);
    if (this.share) {
      const shared = new SharedBudget(urls.host, clock);
      client.paceBy(({ setting }) => shared.through(this.take, { setting, urgency, warn }));
    }
    return client;
  }

  private readonly send: Send = async ({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const trip = this.tripOf(TWENTY_TRIP);
    await this.clock.sleep(trip / 2);
    const headers = { authorization: `Bearer ${this.double.apiKey}`, 'content-type': 'application/json' };
    const answer = this.double.handle({ method, path: `${pathname}${search}`, headers, body });
    await this.clock.sleep(TWENTY_WORK_MS + trip / 2);
    return { status: answer.status, headers: answer.headers, text: answer.body };
  };

  private readonly take: TakeCall = async ({ workspace, learned, base, reserve, refused, withinMs }) => {
    const trip = this.tripOf(DATABASE_TRIP);
    this.questions += 1;
    await this.clock.sleep(trip / 2);
    if (this.isAway) throw new Error('connection refused');
    const now = new Date(EPOCH + this.clock.now()).toISOString();
    const given = await this.clock.during(this.turn([workspace, learned, base, reserve, refused, withinMs, now]));
    await this.clock.sleep(trip / 2);
    return given;
  };

  /** One query after the other, as the connection takes them. */
  private async turn(args: unknown[]): Promise<GivenTurn> {
    const query = 'select lead_sync.take_turn($1, $2, $3, $4, $5, $6, $7) as given';
    const turn = this.lastTurn.then(
      async () => (await this.sql.query<{ given: GivenTurn }>(query, args)).rows[0].given,
    );
    this.lastTurn = turn;
    return await turn;
  }

  private tripOf({ least, most }: { least: number; most: number }): number {
    return least + this.chance.fraction() * (most - least);
  }
}

/** Pushes batches of new leads, each read before it is written, until the clock says so. Returns how many landed. */
async function pushUntil(client: TwentyClient, end: number): Promise<number> {
  const scope = await readScope(client, { object: 'person', fieldMapping: [], defaultCountry: '' });
  let pushed = 0;
  while (client.clock.now() < end) {
    const writes = Array.from({ length: BATCH }, (): Write => {
      const id = randomUUID();
      const values = { first_name: 'Ada', email: `${id}@leads.example` };
      return { lead_id: id, op: 'create', twenty_id: id, values, twenty_record: null };
    });
    const asked = writes.map(({ lead_id, values }) => ({ lead_id, email: String(values.email) }));
    await getLeadsByIdOrEmail(client, scope, asked);
    const report = await pushLeads(client, scope, writes, { leaseSeconds: 300, runId: '', batchSize: BATCH });
    pushed += report.counts.created;
  }
  return pushed;
}

/** What so many processes get out of Twenty's default limit, after it was spent for the first time. */
export async function measureWorkers(sql: Client, count: number, minutes: number, share = true): Promise<WorkerRate> {
  const workers = new Workers(sql, share);
  const { clock, double } = workers;
  const clients = Array.from({ length: count }, () => workers.client());
  await Promise.all(clients.map(async (client) => await pushUntil(client, 60_000)));
  const started = clock.now();
  double.stats.reset();
  const end = started + minutes * 60_000;
  const pushed = await Promise.all(clients.map(async (client) => await pushUntil(client, end)));
  const seconds = (clock.now() - started) / 1_000;
  const { calls, limited } = double.stats.snapshot();
  const round = (rate: number) => Math.round(rate * 10) / 10;
  return {
    calls_per_minute: round((calls / seconds) * 60),
    refused: limited,
    leads_per_s: round(pushed.reduce((sum, leads) => sum + leads, 0) / seconds),
  };
}

const MINUTES = 2;

/** One, two and four processes that share the limit, and four that do not. */
export async function measureAllWorkers(databaseUrl: string): Promise<WorkersFigures> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  const measure = (count: number, share = true) => measureWorkers(sql, count, MINUTES, share);
  try {
    return await toldStep("Workers at Twenty's default limit", async () => ({
      1: await measure(1),
      2: await measure(2),
      4: await measure(4),
      unshared: await measure(4, false),
    }));
  } finally {
    await sql.end();
  }
}
