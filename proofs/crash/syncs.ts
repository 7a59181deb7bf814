import type { N8nClient } from '../../stack/n8n-client';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { setLeadSync } from '../../stack/workflows';

export const PULL = 'twenty-to-supabase-lead-sync';
export const PUSH = 'supabase-to-twenty-lead-sync';
/** Small, so that a run has many steps to be killed between. */
const SMALL: Readonly<Record<string, object>> = { [PULL]: { pageSize: 50 }, [PUSH]: { batchSize: 20 } };
/** No run of the test takes longer unless it hangs. */
const RUN_TIMEOUT_MS = 120_000;

/** The id of a bundled workflow by its file name without `.json`. */
export async function workflowId(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  return workflow.id;
}

/** Makes pages and batches of both syncs small, as a user can. */
export async function useSmallBatches(client: N8nClient): Promise<void> {
  for (const [file, parameters] of Object.entries(SMALL)) await setLeadSync(client, file, parameters);
}

/** Runs a sync and waits for its end, whatever it is. Rejects when n8n cannot be reached meanwhile. */
export async function runToItsEnd(client: N8nClient, file: string): Promise<void> {
  await client.runWorkflow(await workflowId(file), { timeoutMs: RUN_TIMEOUT_MS });
}
