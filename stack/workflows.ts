import { bundledWorkflows, canBePublished, EDGE, INTAKE } from '../cli/n8n/bundle';
import type { Execution, N8nClient, WorkflowJson } from './n8n-client';
import type { SupabaseService, TwentyService } from './services';

const SCHEDULE = 'n8n-nodes-base.scheduleTrigger';
const TWENTY_TRIGGER = 'n8n-nodes-lead-sync.twentyTrigger';
/** The push workflow's webhook. */
const INSTANT_PUSH = 'When leads are due';
/** What webhooks name of activities and opportunities is ignored until a schedule has read them. */
const READ_BEFORE = ['leadSyncActivities', 'leadSyncOpportunities'];
const LEAD_SYNC = 'n8n-nodes-lead-sync.leadSync';

/** What starts the published workflows, besides the editor's button. */
export interface Starters {
  schedules: boolean;
  /** Whether Twenty's webhook is made; off unless told. */
  twentyWebhook?: boolean;
  /** Whether the push workflow's webhook is on, which needs its credential; off unless told. */
  instantPush?: boolean;
  /** Whether those of the edge replica are there, which need a D1 database; left out unless told. */
  edge?: boolean;
}

/** Nothing but the editor's button. */
export const NO_STARTERS: Starters = { schedules: false };

/** A workflow with its triggers switched as told; others stay as they come. */
export function withStarters(
  workflow: WorkflowJson,
  { schedules, twentyWebhook, instantPush }: Starters,
): WorkflowJson {
  const isOn = ({ name, type, disabled }: WorkflowJson['nodes'][number]): boolean => {
    if (type === SCHEDULE) return schedules;
    if (type === TWENTY_TRIGGER) return (twentyWebhook ?? false) && (schedules || !READ_BEFORE.includes(workflow.id));
    return name === INSTANT_PUSH ? (instantPush ?? false) : !disabled;
  };
  return { ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, disabled: !isOn(node) })) };
}

/**
 * Stores the bundled workflows in n8n, over those with their ids, and publishes those that can be. Without starters they
 * run only when started by hand, so that no other run gets in the way.
 */
export async function publishBundle(client: N8nClient, starters: Starters): Promise<void> {
  const wanted = [...(await bundledWorkflows())]
    .filter(([file]) => !INTAKE.includes(file) && (starters.edge || !EDGE.includes(file)))
    .map(([, workflow]) => withStarters(workflow, starters));
  await client.importWorkflows(wanted);
  for (const workflow of wanted) {
    const { versionId, activeVersionId } = await client.workflow(workflow.id);
    const wantedVersion = canBePublished(workflow) ? versionId : null;
    if (wantedVersion === activeVersionId) continue;
    if (wantedVersion === null) await client.unpublish(workflow.id);
    else await client.publish(workflow.id);
  }
}

/** Reads activities once, then publishes their workflow with its webhook. */
export async function publishActivities(client: N8nClient): Promise<void> {
  await runBundled(client, 'lead-activities');
  const workflow = (await bundledWorkflows()).get('lead-activities');
  if (!workflow) throw new Error('workflows/lead-activities.json is missing.');
  await client.importWorkflows([withStarters(workflow, { schedules: true, twentyWebhook: true })]);
  await client.publish(workflow.id);
}

/**
 * Sets parameters of the Lead Sync node of a bundled workflow that is in n8n, as a user does in the editor, and
 * publishes it where something starts it.
 * @param file its file name without `.json`
 */
export async function setLeadSync(client: N8nClient, file: string, parameters: object): Promise<void> {
  const bundled = (await bundledWorkflows()).get(file);
  if (!bundled) throw new Error(`workflows/${file}.json is missing.`);
  const workflow = await client.request<WorkflowJson>('get', `/workflows/${bundled.id}`);
  const nodes = workflow.nodes.map((node) =>
    node.type === LEAD_SYNC ? { ...node, parameters: { ...node.parameters, ...parameters } } : node,
  );
  await client.importWorkflows([{ ...workflow, nodes }]);
  if (canBePublished(workflow)) await client.publish(workflow.id);
}

function failure(execution: Execution): string {
  const error = execution.data?.resultData.error;
  const node = error?.node?.name ?? execution.data?.resultData.lastNodeExecuted;
  return `${node ? `"${node}": ` : ''}${error?.message ?? execution.status} ${error?.description ?? ''}`.trim();
}

/**
 * Runs a bundled workflow from its Manual Trigger and returns its execution.
 * @param file its file name without `.json`
 * @throws Error with the node and its message when it fails
 */
export async function runBundled(client: N8nClient, file: string): Promise<Execution> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  const execution = await client.runWorkflow(workflow.id);
  if (execution.status !== 'success') {
    throw new Error(`The workflow "${workflow.name}" failed. ${failure(execution)}`);
  }
  return execution;
}

export interface LeadSyncSetup {
  twenty: TwentyService;
  supabase: SupabaseService;
  /** Twenty's rate limit; found out unless told. */
  callsPerMinute?: number;
}

/** Stores the two credentials under the names that the bundled workflows look for. */
export async function importLeadSyncCredentials(
  client: N8nClient,
  { twenty, supabase, callsPerMinute = 0 }: LeadSyncSetup,
): Promise<void> {
  await client.importCredentials([
    {
      name: 'Twenty account (lead sync)',
      type: 'leadSyncTwentyApi',
      data: { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute },
    },
    {
      name: 'Supabase account (lead sync)',
      type: 'leadSyncSupabaseApi',
      data: { host: supabase.url, serviceKey: supabase.serviceKey },
    },
  ]);
}
