import { bundledWorkflows } from '../../cli/n8n/bundle';
import { processorPerThousand, rateOf, type ReconcileFigures } from './figures';
import { watchProcessor } from './cpu';
import { watchMemory } from './memory';
import { tell, toldStep } from '../progress';
import { lastRun } from './seed-supabase';
import type { Stand } from './stand';
import { timeoutMs, timeWorkflow } from './workflow-run';

const WORKFLOW = 'lead-sync-reconcile';
/** A comparison slower than this has hung. */
const LEAST_LEADS_PER_SECOND = 500;
/** What there must be none of, or the measurement is worth nothing. */
const FINDINGS = ['missing', 'orphaned', 'different', 'unsynced', 'impossible'] as const;

/** Measures the bundled reconciliation in real n8n over sides that are equal. Rejects when it did not compare them all or found anything. */
export async function measureReconcile(stand: Stand, leads: number, latencyMs: number): Promise<ReconcileFigures> {
  const workflow = (await bundledWorkflows()).get(WORKFLOW);
  if (!workflow) throw new Error(`workflows/${WORKFLOW}.json is missing.`);
  return await toldStep(`Reconciliation of ${leads} leads`, async () => {
    await stand.twenty.setLatency(latencyMs);
    await stand.twenty.resetStats();
    stand.supabase.gateway.resetStats();
    const timeout = timeoutMs(leads, LEAST_LEADS_PER_SECOND);
    const { result, memory } = await watchMemory(stand.n8n.pid, () =>
      watchProcessor(stand.n8n.pid, () => timeWorkflow(stand.n8n.client, workflow.id, timeout)),
    );
    const { calls } = await stand.twenty.stats();
    const { requests } = stand.supabase.gateway.stats();
    await stand.twenty.setLatency(0);
    await check(stand.supabase.databaseUrl, leads);
    tell(`  ${calls} Twenty calls, ${requests} Supabase calls, n8n's memory at most ${memory.peak_mb} MB`);
    const n8n_cpu_s_per_1000 = processorPerThousand(result.seconds, leads);
    const rate = rateOf(leads, result.result);
    return { measure: { ...rate, twenty_calls: calls, supabase_calls: requests, n8n_cpu_s_per_1000 }, memory };
  });
}

async function check(databaseUrl: string, leads: number): Promise<void> {
  const { status, error, figures } = await lastRun(databaseUrl, 'bidirectional');
  if (status !== 'succeeded') throw new Error(`The reconciliation ended as ${status}: ${error}`);
  const counts = figures as Record<string, number | undefined>;
  if (counts.compared !== leads)
    throw new Error(`The reconciliation compared ${counts.compared} records, not ${leads}.`);
  const found = FINDINGS.filter((kind) => counts[kind] !== 0);
  if (found.length > 0) throw new Error(`The reconciliation of equal sides found leads that are ${found.join(', ')}.`);
}
