import { randomUUID } from 'node:crypto';
import { twentyPort } from '../../../nodes/LeadSync/n8n-ports';
import type { Ports } from '../../../nodes/LeadSync/loops/ports';
import { pull } from '../../../nodes/LeadSync/loops/pull';
import { push } from '../../../nodes/LeadSync/loops/push';
import type { NotStarted, SyncReport } from '../../../nodes/LeadSync/loops/run';
import { DEFAULT_BATCH_SIZE, DEFAULT_PAGE_SIZE } from '../../../nodes/Twenty/records/limits';
import type { Shutdown } from '../../../stack/shutdown';
import type { TwentyDouble } from '../../../stand-ins/twenty';
import { toldStep } from '../../progress';
import { QUIET } from '../../quiet-control';
import type { Store } from '../store';
import { clientOf, startTwenty, storeOf } from './sides';

export interface OpportunityFigures {
  /** Deals that came in, and as many others that went out. */
  deals: number;
  pull_per_s: number;
  push_per_s: number;
  /** Calls of Twenty. */
  calls_in: number;
  calls_out: number;
}

/** The bars of leads: a call for each 1,000 that come, two for each 200 that go. */
export const mostCalls = ({ deals }: OpportunityFigures): { in: number; out: number } => ({
  in: Math.ceil(deals / DEFAULT_PAGE_SIZE),
  out: 2 * Math.ceil(deals / DEFAULT_BATCH_SIZE),
});

const SEEDED_AT_ONCE = 10_000;
const STAGES = ['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER'];

/** The first pull of deals and the first push of as many others: the node's own loops, client and functions. */
export async function measureOpportunities(
  store: Store,
  shutdown: Shutdown,
  deals: number,
): Promise<OpportunityFigures> {
  const twenty = await startTwenty(shutdown);
  const client = clientOf(twenty);
  const ports: Ports = {
    twenty: (scope) => twentyPort(client, scope),
    store: storeOf(store.supabase),
    control: QUIET,
  };
  const order = { object: 'opportunity', trigger: 'manual', policy: null } as const;
  await toldStep(`${deals} deals are in Twenty`, () => seedTwenty(twenty, deals));
  const into = await timed(`Pull of ${deals} deals`, () =>
    pull(ports, { ...order, mode: 'delta', pageSize: DEFAULT_PAGE_SIZE }),
  );
  await toldStep(`${deals} others are in Supabase`, async () => {
    await store.client.query(SEED_DATABASE, [deals, STAGES]);
    await store.client.query('vacuum (analyze) public.opportunities, lead_sync.lead_states');
  });
  const out = await timed(`Push of ${deals} deals`, () => push(ports, { ...order, batchSize: 600, strict: false }));
  for (const [name, found] of [
    ['created', into.figures.created],
    ['pushed', out.figures.pushed],
  ] as const)
    if (found !== deals) throw new Error(`${name} is ${found}, not ${deals}.`);
  return {
    deals,
    pull_per_s: Math.round(deals / into.seconds),
    push_per_s: Math.round(deals / out.seconds),
    calls_in: into.figures.twenty_calls,
    calls_out: out.figures.twenty_calls,
  };
}

const SEED_DATABASE = `insert into public.opportunities (name, amount, currency, stage, close_date)
  select 'Deal ' || i, i + 0.99, 'EUR', ($2::text[])[1 + i % 5], now() from generate_series(1, $1::integer) as i`;

function seedTwenty(twenty: TwentyDouble, deals: number): Promise<void> {
  for (let start = 0; start < deals; start += SEEDED_AT_ONCE) {
    const size = Math.min(SEEDED_AT_ONCE, deals - start);
    twenty.store.insert(
      'opportunities',
      Array.from({ length: size }, (_, n) => ({
        id: randomUUID(),
        name: `Deal ${start + n}`,
        amount: { amountMicros: (start + n) * 10_000, currencyCode: 'EUR' },
        stage: STAGES[n % STAGES.length],
      })),
    );
  }
  return Promise.resolve();
}

async function timed(title: string, run: () => Promise<SyncReport | NotStarted>): Promise<SyncReport> {
  return await toldStep(title, async () => {
    const startedAt = performance.now();
    const report = await run();
    if (!report.started) throw new Error(`${title}: ${report.reason}`);
    return { ...report, seconds: (performance.now() - startedAt) / 1000 };
  });
}
