import type { N8nClient } from '../../stack/n8n-client';
import { BATCH_FLOW_ID, storeBatchFlow } from './batch-flow';
import { identity, type Ledger } from './identities';
import { quiesce } from './quiesce';
import type { Processes } from './processes';
import { SupabaseSide } from './supabase-side';
import { PUSH, runToItsEnd } from './syncs';
import { TwentySide } from './twenty-side';
import { judge, readStores, type Verdict } from './verdict';

const NEW_LEADS = 90;
const BATCH_SIZE = 15;
/** Batch flows that each n8n is given at once. */
const FLOWS_EACH = 3;
const MOST_WAVES = 12;

export interface WorkerFigures extends Verdict {
  rounds: number;
}

/** Rejects when the flow fails: a push that does not work doubles nothing. */
async function pushOneBatch(client: N8nClient): Promise<void> {
  const { status, data } = await client.runWorkflow(BATCH_FLOW_ID);
  if (status !== 'success') throw new Error(`A flow that pushes one batch failed: ${data?.resultData.error?.message}`);
}

/** One round: new leads and edited ones, which every n8n is told to push at the same moment until none is due. */
async function pushAtOnce(clients: readonly N8nClient[], supabase: SupabaseSide): Promise<void> {
  for (let wave = 0; wave < MOST_WAVES; wave += 1) {
    const pushes = clients.flatMap((client) => [
      runToItsEnd(client, PUSH),
      ...Array.from({ length: FLOWS_EACH }, () => pushOneBatch(client)),
    ]);
    await Promise.all(pushes);
    const due = await supabase.query('select lead_id from lead_sync.lead_states where due_at <= now()');
    if (due.length === 0) return;
  }
}

/**
 * Has all these n8n push the same leads at once, round after round, by the bundled push, of which one works at a time, and by
 * flows outside any run, which all do; then judges.
 */
export async function pushByMany(
  clients: readonly N8nClient[],
  processes: Processes,
  ledger: Ledger,
  { rounds, seed, firstNumber }: { rounds: number; seed: number; firstNumber: number },
): Promise<WorkerFigures> {
  const twenty = new TwentySide(processes.twenty);
  const supabase = new SupabaseSide(processes.supabase.databaseUrl);
  await storeBatchFlow(clients[0], supabase, BATCH_SIZE);
  for (let round = 0; round < rounds; round += 1) {
    const edited = ledger.all.slice(-NEW_LEADS);
    for (let n = 0; n < NEW_LEADS; n += 1) {
      const born = identity(seed, 'supabase', firstNumber + round * NEW_LEADS + n);
      await supabase.add(born);
      ledger.add(born);
    }
    for (const { tag } of edited) {
      const title = `Title of round ${firstNumber + round}`;
      if (await supabase.edit(tag, 'job_title', title)) ledger.jobTitles.set(tag, title);
    }
    await pushAtOnce(clients, supabase);
  }
  const unquiet = await quiesce({ n8n: { client: clients[0] }, supabase: processes.supabase }, supabase, twenty);
  const verdict = judge(ledger, await readStores(supabase, twenty));
  await supabase.close();
  return { ...verdict, violations: [...unquiet, ...verdict.violations], rounds };
}
