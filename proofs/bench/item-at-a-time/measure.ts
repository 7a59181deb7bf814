import type { WorkflowJson } from '../../../stack/n8n-client';
import { rateOf, type ItemFigures, type Rate } from '../figures';
import type { BenchOptions } from '../options';
import { peopleOf } from '../people';
import { toldStep } from '../../progress';
import { countLinkedLeads, seedLeads } from '../seed-supabase';
import { seedPeople } from '../seed-twenty';
import { emptyBothSides, type Stand } from '../stand';
import { timeoutMs, timeWorkflow } from '../workflow-run';
import { CREDENTIALS } from './flow';
import { pullFlow } from './pull-flow';
import { pushFlow } from './push-flow';

/** A flow slower than this has hung. */
const LEAST_LEADS_PER_SECOND = 1;
/** So that n8n's own nodes are warm, too. */
const WARM_UP_LEADS = 20;

async function importCredentials({ n8n, twentyKey, supabase }: Stand): Promise<void> {
  await n8n.client.importCredentials([
    { ...CREDENTIALS.twenty, data: { token: twentyKey } },
    { ...CREDENTIALS.supabase, data: { host: supabase.url, serviceRole: supabase.serviceKey } },
  ]);
}

/** Runs a flow; rejects unless all leads have landed on the other side. */
async function timeFlow(stand: Stand, flow: WorkflowJson, leads: number, latencyMs: number): Promise<Rate> {
  await stand.n8n.client.importWorkflows([flow]);
  await stand.twenty.setLatency(latencyMs);
  const seconds = await timeWorkflow(stand.n8n.client, flow.id, timeoutMs(leads, LEAST_LEADS_PER_SECOND));
  await stand.twenty.setLatency(0);
  const linked = await countLinkedLeads(stand.supabase.databaseUrl);
  if (linked !== leads) throw new Error(`"${flow.name}" linked ${linked} leads, not ${leads}.`);
  return rateOf(leads, seconds);
}

async function timePull(stand: Stand, leads: number, latencyMs: number): Promise<Rate> {
  await emptyBothSides(stand);
  await seedPeople(stand.twenty.client, peopleOf({ name: 'item-people', size: leads }));
  return await timeFlow(stand, pullFlow(stand.twentyUrl, leads), leads, latencyMs);
}

async function timePush(stand: Stand, leads: number, latencyMs: number): Promise<Rate> {
  await emptyBothSides(stand);
  await seedLeads(stand.supabase.databaseUrl, peopleOf({ name: 'item-leads', size: leads }));
  return await timeFlow(stand, pushFlow(stand.twentyUrl, leads), leads, latencyMs);
}

/** Measures flows made of n8n's own nodes that handle one lead at a time, from empty sides, in the same n8n. */
export async function measureItemAtATime(
  stand: Stand,
  { itemLeads, latencyMs }: Pick<BenchOptions, 'itemLeads' | 'latencyMs'>,
): Promise<ItemFigures> {
  await importCredentials(stand);
  await toldStep(`Warm-up of the flows that take one lead at a time, ${WARM_UP_LEADS} leads`, async () => {
    await timePull(stand, WARM_UP_LEADS, latencyMs);
    await timePush(stand, WARM_UP_LEADS, latencyMs);
  });
  const pull = await toldStep(`Pull of ${itemLeads} leads, one at a time`, () => timePull(stand, itemLeads, latencyMs));
  const push = await toldStep(`Push of ${itemLeads} leads, one at a time`, () => timePush(stand, itemLeads, latencyMs));
  return { pull, push };
}
