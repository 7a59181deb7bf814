import type { N8nClient, WorkflowJson } from '../stack/n8n-client';
import { bundledWorkflows } from '../stack/workflows';

export const PULL = 'twenty-to-supabase-lead-sync';
export const PUSH = 'supabase-to-twenty-lead-sync';
/** Small, so that a run has many steps to be killed between. */
const SIZES: Readonly<Record<string, number>> = { pageSize: 50, batchSize: 20 };
/** No run of the test takes longer unless it hangs. */
const RUN_TIMEOUT_MS = 120_000;

interface ConfigNode {
  name: string;
  parameters?: { assignments?: { assignments?: Array<{ name: string; value: unknown }> } };
}

/** The id of a bundled workflow by its file name without `.json`. */
export async function workflowId(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  return workflow.id;
}

/** Makes pages and batches small in the Config nodes of both syncs, as a user can. */
export async function useSmallBatches(client: N8nClient): Promise<void> {
  for (const file of [PULL, PUSH]) {
    const workflow = await client.request<WorkflowJson>('get', `/workflows/${await workflowId(file)}`);
    const config = workflow.nodes.find(({ name }) => name === 'Config') as ConfigNode | undefined;
    for (const assignment of config?.parameters?.assignments?.assignments ?? []) {
      assignment.value = SIZES[assignment.name] ?? assignment.value;
    }
    await client.importWorkflows([workflow]);
    await client.publish(workflow.id);
  }
}

/** Runs a sync and waits for its end, whatever it is. Rejects when n8n cannot be reached meanwhile. */
export async function runToItsEnd(client: N8nClient, file: string): Promise<void> {
  await client.runWorkflow(await workflowId(file), { timeoutMs: RUN_TIMEOUT_MS });
}
